#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugin/schema/model_loader.h"
#include "plugin/schema/reference_rules.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

// Resolves one foreign key of several fields.
class ForeignKeyLoader {
 public:
  ForeignKeyLoader(ModelFinder& finder, Model& model, int position,
                   Diagnostics& diagnostics)
      : finder_(finder),
        model_(model),
        settings_(model.settings.foreign_key(position)),
        diagnostics_(diagnostics) {
    key_.place =
        model.places.Of({ModelSettings::kForeignKeyFieldNumber, position});
  }

  // Of those that are right, in the model's table too.
  void Load() {
    if (!FindColumns()) return;
    if (!FindTarget()) return;
    if (!FindReferred()) return;
    if (!PairColumns()) return;
    if (!CheckRows()) return;
    CheckActions();
    key_.name = settings_.has_name() ? settings_.name()
                                     : SnakeCase(key_.target->short_name);
    if (!IsWayName(key_.name)) {
      Report(absl::StrCat("name: \"", key_.name, "\" is no name"),
             "write small letters, digits and underscores, a letter first");
      return;
    }
    NameFault fault;
    if (settings_.has_related_name()) {
      if (!IsRelatedName(settings_.related_name(), model_, *key_.target,
                         &fault)) {
        Report(fault.fault, fault.mend);
        return;
      }
      key_.related_name = settings_.related_name();
    }
    AddReference();
    model_.foreign_keys.push_back(std::move(key_));
  }

 private:
  static const Field& At(const Model& model, int column) {
    return model.columns[static_cast<size_t>(column)];
  }

  // The columns of `model` that the fields of these names have.
  template <class Names>
  bool FindAll(const Model& model, const Names& names,
               absl::string_view setting, std::vector<int>* columns) {
    for (const std::string& name : names) {
      const int column = model.FindColumn(name);
      if (column < 0) {
        Report(absl::StrCat(setting, ": ", model.name, " has no field \"", name,
                            "\" with a column"),
               MendOfField(name, model));
        return false;
      }
      if (std::count(columns->begin(), columns->end(), column) > 0) {
        Report(absl::StrCat(setting, ": ", name, " is named twice"),
               "name it once");
        return false;
      }
      columns->push_back(column);
    }
    return true;
  }

  bool FindColumns() {
    if (settings_.field_size() < 2) {
      Report(settings_.field_size() == 0 ? "it has no fields"
                                         : "it has one field alone",
             "name two or more; of one field, set references at the field");
      return false;
    }
    return FindAll(model_, settings_.field(), "field", &key_.columns);
  }

  bool FindTarget() {
    if (settings_.model().empty()) {
      Report("no model is named", "set foreign_key.model");
      return false;
    }
    NameFault fault;
    key_.target = finder_.Find(model_.full_name, settings_.model(), &fault);
    if (key_.target == nullptr) Report(fault.fault, fault.mend);
    return key_.target != nullptr;
  }

  bool FindReferred() {
    const Model& target = *key_.target;
    if (settings_.to_size() == 0) {
      key_.to = target.KeyPositions();
      // A model without any key has a diagnostic of its own.
      if (key_.to.empty()) return false;
    } else if (!FindAll(target, settings_.to(), "to", &key_.to)) {
      return false;
    }
    if (key_.to.size() != key_.columns.size()) {
      Report(absl::StrCat("it has ", key_.columns.size(), " fields, but ",
                          settings_.to_size() == 0 ? "the primary key of " : "",
                          target.name,
                          settings_.to_size() == 0 ? " has " : " is to give ",
                          key_.to.size()),
             "name as many in `field` as in `to`");
      return false;
    }
    std::vector<std::string> referred;
    for (const int column : key_.to) {
      referred.push_back(At(target, column).column->name);
    }
    if (target.table.AreUnique(referred)) return true;
    Report(absl::StrCat(NamesOf(target, key_.to), " of ", target.name,
                        " are not unique together among all rows"),
           absl::StrCat("give ", target.short_name, " index { ",
                        absl::StrJoin(key_.to, " ",
                                      [&](std::string* text, int column) {
                                        absl::StrAppend(text, "field: \"",
                                                        At(target, column).name,
                                                        "\"");
                                      }),
                        " unique: true }"));
    return false;
  }

  bool PairColumns() {
    for (size_t i = 0; i < key_.columns.size(); ++i) {
      const int column = key_.columns[i];
      NameFault fault;
      if (!Pair(model_, column, *key_.target, At(*key_.target, key_.to[i]),
                &fault)) {
        Report(absl::StrCat(At(model_, column).name, ": ", fault.fault),
               fault.mend);
        return false;
      }
    }
    return true;
  }

  // The database alone watches over such a key: what it does not know of rows
  // must not matter.
  bool CheckRows() {
    const Model& target = *key_.target;
    if (target.FieldIn(Role::kDeleteTime) != nullptr) {
      Report(absl::StrCat("rows of ", target.name,
                          " stay when they are deleted (role DELETE_TIME), and "
                          "a foreign key of several fields does not see it"),
             "refer to one field of it with references");
      return false;
    }
    const Field* const tenant = target.FieldIn(Role::kTenant);
    if (tenant == nullptr) return true;
    const Field* const own = model_.FieldIn(Role::kTenant);
    for (size_t i = 0; i < key_.columns.size(); ++i) {
      if (&At(target, key_.to[i]) == tenant &&
          &At(model_, key_.columns[i]) == own) {
        return true;
      }
    }
    Report(absl::StrCat("rows of ", target.name,
                        " are a tenant's, and this key could lead to another "
                        "one's"),
           absl::StrCat("let a field of role TENANT refer to ", target.name,
                        ".", tenant->name, " in it"));
    return false;
  }

  void CheckActions() {
    for (const auto& [action, setting] :
         {std::pair(settings_.on_delete(), "on_delete"),
          std::pair(settings_.on_update(), "on_update")}) {
      for (const int column : key_.columns) {
        const Field& field = At(model_, column);
        if (action == ReferenceSettings::SET_NULL && !field.column->nullable) {
          Report(absl::StrCat(setting, ": SET_NULL, but the column of ",
                              field.name, " is NOT NULL"),
                 "make the field optional, or choose another action");
        }
        if (action == ReferenceSettings::SET_DEFAULT &&
            !field.spec().default_value.has_value()) {
          Report(absl::StrCat(setting, ": SET_DEFAULT, but ", field.name,
                              " has no default_value"),
                 "set one, or choose another action");
        }
      }
    }
  }

  void AddReference() {
    const TableSpec& target = key_.target->table;
    ReferenceSpec reference;
    for (const int column : key_.columns) {
      reference.columns.push_back(At(model_, column).column->name);
    }
    for (const int column : key_.to) {
      reference.referenced.push_back(At(*key_.target, column).column->name);
    }
    reference.schema = target.schema;
    reference.table = target.name;
    reference.on_delete = ActionOf(settings_.on_delete());
    reference.on_update = ActionOf(settings_.on_update());
    model_.table.foreign_keys.push_back(std::move(reference));
  }

  static std::string NamesOf(const Model& model,
                             const std::vector<int>& columns) {
    return absl::StrJoin(columns, ", ", [&](std::string* text, int column) {
      absl::StrAppend(text, At(model, column).name);
    });
  }

  void Report(absl::string_view fault, absl::string_view mend) {
    const std::string fields =
        settings_.field_size() == 0
            ? ""
            : absl::StrCat(" (", absl::StrJoin(settings_.field(), ", "), ")");
    diagnostics_.Report(key_.place, model_.name,
                        absl::StrCat("foreign_key", fields, ": ", fault), mend);
  }

  ModelFinder& finder_;
  Model& model_;
  const ForeignKeySettings& settings_;
  Diagnostics& diagnostics_;
  ForeignKey key_;
};

}  // namespace

void LoadForeignKeys(ModelFinder& finder, Model& model,
                     Diagnostics& diagnostics) {
  for (int i = 0; i < model.settings.foreign_key_size(); ++i) {
    ForeignKeyLoader(finder, model, i, diagnostics).Load();
  }
}

}  // namespace modelservice::plugin
