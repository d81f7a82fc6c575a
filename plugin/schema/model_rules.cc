#include "plugin/schema/model_rules.h"

#include <map>
#include <set>
#include <string>
#include <vector>

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
    if (model_.table.name.empty()) {
      Report(model_.places.Of({ModelSettings::kTableFieldNumber}),
             "table is empty", "name a table, or drop it");
    }
    // Names in primary_key that are wrong have diagnostics of their own.
    if (model_.table.primary_key.empty() &&
        model_.settings.primary_key_size() == 0) {
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
          seen.emplace(absl::AsciiStrToLower(field.column->name), &field);
      if (is_new) continue;
      diagnostics_.Report(
          field.places.Of({FieldSettings::kColumnFieldNumber}),
          absl::StrCat(model_.name, ".", field.name),
          absl::StrCat("its column \"", field.column->name, "\" is that of ",
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
    } else if (model_.table.default_page_size > model_.table.max_page_size) {
      Report(
          model_.places.Of({settings.has_max_page_size() ? kMax : kDefault}),
          absl::StrCat("default_page_size is ", model_.table.default_page_size,
                       ", but max_page_size is ", model_.table.max_page_size),
          "raise max_page_size or lower default_page_size");
    }
  }

  void CheckOrdering() {
    for (int i = 0; i < model_.settings.ordering_size(); ++i) {
      absl::string_view field = model_.settings.ordering(i);
      absl::ConsumePrefix(&field, "-");
      const int column = model_.FindColumn(field);
      if (column < 0) continue;  // reported
      const Field& ordered = model_.columns[static_cast<size_t>(column)];
      CheckUse(ordered,
               model_.places.Of({ModelSettings::kOrderingFieldNumber, i}),
               "ordering");
      CheckSeenByAll(ordered, i);
    }
  }

  // What only some may read would be told to all by where a row stands.
  void CheckSeenByAll(const Field& field, int ordering) {
    const bool has_rule = field.settings.has_read_requires() &&
                          field.settings.read_requires() != "any";
    if (!has_rule && !field.spec().input_only) return;
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
    const std::vector<IndexSpec>& indexes = model_.table.indexes;
    for (size_t i = indexes.size() - own; i < indexes.size(); ++i) {
      const IndexSpec& index = indexes[i];
      const Place& place = model_.index_places[i];
      if (index.name.empty()) {
        Report(place, "index: name is empty", "name it, or drop name");
      }
      if (model_.IsUniqueTwice(index)) {
        Report(place,
               absl::StrCat("index: ", NameOf(index.parts[0]),
                            " is unique by itself, too"),
               "drop the index, or unique at the field");
      }
      std::set<std::string> columns;
      for (const ColumnOrder& part : index.parts) {
        CheckUse(model_.FieldOf(part.column), place, "index");
        if (columns.insert(part.column).second) continue;
        Report(place, absl::StrCat("index: ", NameOf(part), " is named twice"),
               "name it once");
      }
    }
    for (int i = 0; i < model_.settings.index_size(); ++i) {
      const auto& settings = model_.settings.index(i);
      const Place& place =
          model_.places.Of({ModelSettings::kIndexFieldNumber, i});
      if (settings.has_where() && settings.where().empty()) {
        Report(place, "index: where is empty", "write a condition, or drop it");
      }
      if (settings.field_size() > 0) continue;
      Report(place, "index: it has no fields", "name one, or drop the index");
    }
  }

  void CheckUse(const Field& field, const Place& place,
                absl::string_view setting) {
    if (field.comparable()) return;
    Report(place,
           absl::StrCat(setting, ": ", field.name,
                        " holds no single value to compare"),
           "name another field");
  }

  void CheckChecks() {
    std::set<std::string> names;
    for (size_t i = 0; i < model_.table.checks.size(); ++i) {
      const CheckSpec& check = model_.table.checks[i];
      const Place& place = model_.check_places[i];
      if (check.sql.empty()) {
        Report(place, "check: it has no sql", "write a condition, or drop it");
      }
      if (check.name.empty()) {
        Report(place, "check: name is empty", "name it, or drop name");
        continue;
      }
      if (!names.insert(absl::AsciiStrToLower(check.name)).second) {
        Report(place,
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
      if (field.spec().role != Role::kNone) {
        diagnostics_.Report(
            field.places.Of({FieldSettings::kRoleFieldNumber}), element,
            absl::StrCat("role: it is always set, and then nothing else of "
                         "oneof ",
                         field.oneof, " can be"),
            "take the field out of the oneof");
      }
      if (!field.spec().required) continue;
      const auto [other, is_first] = required.emplace(field.oneof, &field);
      if (is_first) continue;
      diagnostics_.Report(
          field.places.Of({FieldSettings::kBehaviorFieldNumber}), element,
          absl::StrCat("behavior: REQUIRED, and so is ", other->second->name,
                       " of the same oneof, where one of them can be set"),
          "make at most one of them REQUIRED");
    }
  }

  // As the .proto names it.
  const std::string& NameOf(const ColumnOrder& part) const {
    return model_.FieldOf(part.column).name;
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
