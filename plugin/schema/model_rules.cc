#include "plugin/schema/model_rules.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace modelservice::plugin {
namespace {

class ModelChecker {
 public:
  ModelChecker(const Model& model, Diagnostics& diagnostics)
      : model_(model), diagnostics_(diagnostics) {}

  void Check() {
    CheckTable();
    CheckColumnNames();
    CheckPages();
    CheckOrdering();
    CheckIndexes();
    CheckChecks();
    CheckOneofs();
  }

 private:
  void CheckTable() {
    if (model_.table.empty()) {
      Report(model_.places.Of({ModelSettings::kTableFieldNumber}),
             "table is empty", "name a table, or drop it");
    }
    // Names in primary_key that are wrong have diagnostics of their own.
    if (model_.key.empty() && model_.settings.primary_key_size() == 0) {
      Report(model_.places.Of(), "it has no primary key",
             "set primary_key on a field, or list fields in primary_key");
    }
    if (model_.has_extension_ranges) {
      Report(model_.places.Of(),
             "it has extension ranges, and an extension has no column",
             "drop them");
    }
  }

  void CheckColumnNames() {
    // SQLite's rule: names that differ in case only are the same.
    std::map<std::string, const Field*> seen;
    for (const Field& field : model_.columns) {
      const auto [other, is_new] =
          seen.emplace(absl::AsciiStrToLower(field.column), &field);
      if (is_new) continue;
      diagnostics_.Report(
          field.places.Of({FieldSettings::kColumnFieldNumber}),
          absl::StrCat(model_.name, ".", field.name),
          absl::StrCat("its column \"", field.column, "\" is that of ",
                       model_.name, ".", other->second->name, ", too"),
          "set another column");
    }
  }

  void CheckPages() {
    const ModelSettings& settings = model_.settings;
    constexpr int kDefault = ModelSettings::kDefaultPageSizeFieldNumber;
    constexpr int kMax = ModelSettings::kMaxPageSizeFieldNumber;
    if (settings.has_default_page_size() && settings.default_page_size() < 1) {
      Report(model_.places.Of({kDefault}),
             "default_page_size must be at least 1", "drop it for 100");
    } else if (settings.has_max_page_size() && settings.max_page_size() < 1) {
      Report(model_.places.Of({kMax}), "max_page_size must be at least 1",
             "drop it for 1000");
    } else if (model_.default_page_size > model_.max_page_size) {
      Report(model_.places.Of({settings.has_max_page_size() ? kMax : kDefault}),
             absl::StrCat("default_page_size is ", model_.default_page_size,
                          ", but max_page_size is ", model_.max_page_size),
             "raise max_page_size or lower default_page_size");
    }
  }

  void CheckOrdering() {
    for (int i = 0; i < model_.settings.ordering_size(); ++i) {
      absl::string_view field = model_.settings.ordering(i);
      absl::ConsumePrefix(&field, "-");
      const int column = model_.FindColumn(field);
      if (column < 0) continue;  // reported
      CheckUse({column},
               model_.places.Of({ModelSettings::kOrderingFieldNumber, i}),
               "ordering");
      CheckSeenByAll(model_.columns[static_cast<size_t>(column)], i);
    }
  }

  // What only some may read would be told to all by where a row stands.
  void CheckSeenByAll(const Field& field, int ordering) {
    const bool has_rule = field.settings.has_read_requires() &&
                          field.settings.read_requires() != "any";
    if (!has_rule && !field.input_only) return;
    const absl::string_view setting = has_rule ? "read_requires" : "INPUT_ONLY";
    Report(model_.places.Of({ModelSettings::kOrderingFieldNumber, ordering}),
           absl::StrCat("ordering: ", field.name,
                        " is not for everybody to "
                        "read (",
                        setting,
                        "), but the order of the rows tells "
                        "its values"),
           absl::StrCat("name another field, or drop ", setting));
  }

  void CheckIndexes() {
    // The indexes of single fields come first; their rules are the fields'.
    const size_t own = static_cast<size_t>(model_.settings.index_size());
    for (size_t i = model_.indexes.size() - own; i < model_.indexes.size();
         ++i) {
      const ModelIndex& index = model_.indexes[i];
      if (index.name.empty()) {
        Report(index.place, "index: name is empty", "name it, or drop name");
      }
      if (model_.IsUniqueTwice(index)) {
        Report(index.place,
               absl::StrCat("index: ", NameOf(index.columns[0]),
                            " is unique by itself, too"),
               "drop the index, or unique at the field");
      }
      std::set<int> columns;
      for (const ColumnUse& use : index.columns) {
        CheckUse(use, index.place, "index");
        if (columns.insert(use.column).second) continue;
        Report(index.place,
               absl::StrCat("index: ", NameOf(use), " is named twice"),
               "name it once");
      }
    }
    for (int i = 0; i < model_.settings.index_size(); ++i) {
      if (model_.settings.index(i).field_size() > 0) continue;
      Report(model_.places.Of({ModelSettings::kIndexFieldNumber, i}),
             "index: it has no fields", "name one, or drop the index");
    }
  }

  void CheckUse(const ColumnUse& use, const Place& place,
                absl::string_view setting) {
    const Field& field = model_.columns[static_cast<size_t>(use.column)];
    if (field.comparable()) return;
    Report(place,
           absl::StrCat(setting, ": ", field.name,
                        " holds no single value to compare"),
           "name another field");
  }

  void CheckChecks() {
    std::set<std::string> names;
    for (const ModelCheck& check : model_.checks) {
      if (check.sql.empty()) {
        Report(check.place, "check: it has no sql",
               "write a condition, or drop it");
      }
      if (!names.insert(absl::AsciiStrToLower(check.name)).second) {
        Report(check.place,
               absl::StrCat("check: another one is named \"", check.name, "\""),
               "name it differently");
      }
    }
  }

  // One member of a oneof is set, or none.
  void CheckOneofs() {
    std::map<std::string, const Field*> required;
    for (const Field& field : model_.columns) {
      if (field.oneof.empty()) continue;
      const std::string element = absl::StrCat(model_.name, ".", field.name);
      if (field.role != Role::kNone) {
        diagnostics_.Report(
            field.places.Of({FieldSettings::kRoleFieldNumber}), element,
            absl::StrCat("role: it is always set, and then nothing else of "
                         "oneof ",
                         field.oneof, " can be"),
            "take the field out of the oneof");
      }
      if (!field.required) continue;
      const auto [other, is_first] = required.emplace(field.oneof, &field);
      if (is_first) continue;
      diagnostics_.Report(
          field.places.Of({FieldSettings::kBehaviorFieldNumber}), element,
          absl::StrCat("behavior: REQUIRED, and so is ", other->second->name,
                       " of the same oneof, where one of them can be set"),
          "make at most one of them REQUIRED");
    }
  }

  const std::string& NameOf(const ColumnUse& use) const {
    return model_.columns[static_cast<size_t>(use.column)].name;
  }

  void Report(const Place& place, absl::string_view fault,
              absl::string_view mend) {
    diagnostics_.Report(place, model_.name, fault, mend);
  }

  const Model& model_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckModel(const Model& model, Diagnostics& diagnostics) {
  ModelChecker(model, diagnostics).Check();
}

}  // namespace modelservice::plugin
