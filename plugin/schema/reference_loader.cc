#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/model_loader.h"
#include "plugin/schema/reference_rules.h"

namespace modelservice::plugin {
namespace {

// Resolves the reference of one field.
class ReferenceLoader {
 public:
  // Of the field at `position` of the model's columns.
  ReferenceLoader(ModelFinder& finder, Model& model, size_t position,
                  Diagnostics& diagnostics)
      : finder_(finder),
        model_(model),
        position_(static_cast<int>(position)),
        field_(model.columns[position]),
        column_(model.table.columns[position]),
        diagnostics_(diagnostics) {}

  void Load() {
    const ReferenceSettings& settings = field_.settings.references();
    const Model* target = FindTarget(settings);
    if (target == nullptr) return;
    const Field* column = FindColumn(settings, *target);
    if (column == nullptr) return;
    NameFault fault;
    if (!Pair(model_, position_, *target, *column, &fault)) {
      Report(absl::StrCat("references: ", fault.fault), fault.mend);
      return;
    }
    field_.target = target;
    if (settings.has_related_name() &&
        !IsRelatedName(settings.related_name(), model_, *target, &fault)) {
      Report(absl::StrCat("references: ", fault.fault), fault.mend);
    }
    ReferenceSpec reference;
    reference.columns = {column_.name};
    reference.schema = target->table.schema;
    reference.table = target->table.name;
    reference.referenced = {column->column->name};
    reference.on_delete = ActionOf(settings.on_delete());
    reference.on_update = ActionOf(settings.on_update());
    reference.visible_only = settings.visible_only();
    model_.table.foreign_keys.push_back(std::move(reference));
  }

 private:
  const Model* FindTarget(const ReferenceSettings& settings) {
    if (settings.model().empty()) {
      Report("references: no model is named", "set references.model");
      return nullptr;
    }
    NameFault fault;
    const Model* const target =
        finder_.Find(model_.full_name, settings.model(), &fault);
    if (target == nullptr) {
      Report(absl::StrCat("references: ", fault.fault), fault.mend);
    }
    return target;
  }

  const Field* FindColumn(const ReferenceSettings& settings,
                          const Model& target) {
    if (!settings.has_field()) {
      const std::vector<std::string>& key = target.table.primary_key;
      if (key.size() == 1) return &target.FieldOf(key[0]);
      // A model without any key has a diagnostic of its own.
      if (!key.empty()) {
        Report(absl::StrCat("references: ", target.name,
                            " has a key of several fields"),
               "name one unique field of it in references.field, or write a "
               "foreign_key of several fields");
      }
      return nullptr;
    }
    const int column = target.FindColumn(settings.field());
    if (column < 0) {
      std::string mend = MendOfField(settings.field(), target);
      if (!absl::EndsWith(mend, "?")) {
        absl::StrAppend(&mend, ", or none for the primary key");
      }
      Report(absl::StrCat("references: ", target.name, " has no field \"",
                          settings.field(), "\""),
             mend);
      return nullptr;
    }
    if (!target.IsUnique(column)) {
      Report(absl::StrCat("references: ", target.name, ".", settings.field(),
                          " is not unique"),
             "set unique there, or refer to the primary key");
      return nullptr;
    }
    const Field& field = target.columns[static_cast<size_t>(column)];
    if (!target.table.IsUnique(field.column->name)) {
      Report(absl::StrCat("references: ", target.name, ".", settings.field(),
                          " is unique among the rows that are there alone, "
                          "and a foreign key needs it of all, of other tenants "
                          "and deleted ones, too"),
             "refer to the primary key");
      return nullptr;
    }
    return &field;
  }

  void Report(absl::string_view fault, absl::string_view mend) {
    diagnostics_.Report(
        field_.places.Of({FieldSettings::kReferencesFieldNumber}),
        absl::StrCat(model_.name, ".", field_.name), fault, mend);
  }

  ModelFinder& finder_;
  Model& model_;
  const int position_;
  Field& field_;
  ColumnSpec& column_;
  Diagnostics& diagnostics_;
};

}  // namespace

void LoadReferences(ModelFinder& finder, Model& model,
                    Diagnostics& diagnostics) {
  for (size_t i = 0; i < model.columns.size(); ++i) {
    if (!model.columns[i].settings.has_references()) continue;
    ReferenceLoader(finder, model, i, diagnostics).Load();
  }
}

}  // namespace modelservice::plugin
