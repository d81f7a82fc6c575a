#include "plugin/schema/model_rules.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

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
  }

 private:
  void CheckTable() {
    if (model_.table.empty()) {
      Report({ModelSettings::kTableFieldNumber}, "table is empty",
             "name a table, or drop it");
    }
    // Names in primary_key that are wrong have diagnostics of their own.
    if (model_.key.empty() && model_.settings.primary_key_size() == 0) {
      Report({}, "it has no primary key",
             "set primary_key on a field, or list fields in primary_key");
    }
    if (model_.has_extension_ranges) {
      Report({}, "it has extension ranges, and an extension has no column",
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
      Report({kDefault}, "default_page_size must be at least 1",
             "drop it for 100");
    } else if (settings.has_max_page_size() && settings.max_page_size() < 1) {
      Report({kMax}, "max_page_size must be at least 1", "drop it for 1000");
    } else if (model_.default_page_size > model_.max_page_size) {
      Report({settings.has_max_page_size() ? kMax : kDefault},
             absl::StrCat("default_page_size is ", model_.default_page_size,
                          ", but max_page_size is ", model_.max_page_size),
             "raise max_page_size or lower default_page_size");
    }
  }

  void CheckOrdering() {
    for (const ColumnUse& use : model_.ordering) {
      CheckUse(use, {ModelSettings::kOrderingFieldNumber}, "ordering");
    }
  }

  void CheckIndexes() {
    for (int i = 0; i < model_.settings.index_size(); ++i) {
      const std::vector<int> path = {ModelSettings::kIndexFieldNumber, i};
      const auto& settings = model_.settings.index(i);
      if (settings.field_size() == 0) {
        Report(path, "index: it has no fields", "name one, or drop the index");
      }
      if (settings.has_name() && settings.name().empty()) {
        Report(path, "index: name is empty", "name it, or drop name");
      }
      // The indexes of single fields come first.
      const ModelIndex& index =
          model_.indexes[model_.indexes.size() -
                         static_cast<size_t>(model_.settings.index_size()) +
                         static_cast<size_t>(i)];
      std::set<int> columns;
      for (const ColumnUse& use : index.columns) {
        CheckUse(use, path, "index");
        if (columns.insert(use.column).second) continue;
        Report(path, absl::StrCat("index: ", NameOf(use), " is named twice"),
               "name it once");
      }
    }
  }

  void CheckUse(const ColumnUse& use, const std::vector<int>& path,
                absl::string_view setting) {
    const Field& field = model_.columns[static_cast<size_t>(use.column)];
    // A key that holds JSON has a diagnostic of its own.
    if (field.comparable() || field.key) return;
    Report(path,
           absl::StrCat(setting, ": ", field.name,
                        " holds no single value to compare"),
           "name another field");
  }

  void CheckChecks() {
    std::set<std::string> names;
    for (size_t i = 0; i < model_.checks.size(); ++i) {
      const ModelCheck& check = model_.checks[i];
      const std::vector<int> path = {ModelSettings::kCheckFieldNumber,
                                     static_cast<int>(i)};
      if (check.sql.empty()) {
        Report(path, "check: it has no sql", "write a condition, or drop it");
      }
      if (!names.insert(absl::AsciiStrToLower(check.name)).second) {
        Report(
            path,
            absl::StrCat("check: a second one is named \"", check.name, "\""),
            "name it differently");
      }
    }
  }

  const std::string& NameOf(const ColumnUse& use) const {
    return model_.columns[static_cast<size_t>(use.column)].name;
  }

  void Report(const std::vector<int>& path, absl::string_view fault,
              absl::string_view mend) {
    diagnostics_.Report(model_.places.Of(path), model_.name, fault, mend);
  }

  const Model& model_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckModel(const Model& model, Diagnostics& diagnostics) {
  ModelChecker(model, diagnostics).Check();
}

}  // namespace modelservice::plugin
