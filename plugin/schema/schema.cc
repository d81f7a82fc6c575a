#include "plugin/schema/schema.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/schema/format.h"
#include "modelservice/sql/hidden_rows.h"

namespace modelservice::plugin {

const Place& Places::Of(std::vector<int> path) const {
  for (;;) {
    const auto found = settings.find(path);
    if (found != settings.end()) return found->second;
    if (path.empty()) return element;
    path.pop_back();
  }
}

bool Field::empty_is_null() const {
  return type == FieldType::kString && !repeated && !wrapper && !presence &&
         IsReadFromText(spec().format);
}

bool Field::comparable() const {
  return spec().storage == Storage::kNative || spec().storage == Storage::kName;
}

int Model::FindColumn(absl::string_view field) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == field) return static_cast<int>(i);
  }
  return -1;
}

const Field& Model::FieldOf(absl::string_view column) const {
  return columns[static_cast<size_t>(table.PositionOf(column))];
}

std::vector<int> Model::KeyPositions() const {
  std::vector<int> positions;
  for (const std::string& column : table.primary_key) {
    positions.push_back(table.PositionOf(column));
  }
  return positions;
}

bool Model::IsUnique(int column) const {
  const std::string& name = table.columns[static_cast<size_t>(column)].name;
  if (table.IsUnique(name)) return true;
  const Field* const tenant = FieldIn(Role::kTenant);
  return std::any_of(
      table.indexes.begin(), table.indexes.end(), [&](const IndexSpec& index) {
        const bool within = tenant != nullptr && index.parts.size() == 2 &&
                            index.parts[0].column == tenant->column->name;
        return index.unique && (index.parts.size() == 1 || within) &&
               index.parts.back().column == name && HasAllRows(index);
      });
}

bool Model::IsIndexed(const std::string& column) const {
  const Field* const tenant = FieldIn(Role::kTenant);
  const std::string within = tenant == nullptr ? "" : tenant->column->name;
  const size_t key =
      table.primary_key.size() > 1 && table.primary_key.front() == within;
  if (key < table.primary_key.size() && table.primary_key[key] == column) {
    return true;
  }
  return std::any_of(
      table.indexes.begin(), table.indexes.end(), [&](const IndexSpec& index) {
        const size_t first =
            index.parts.size() > 1 && index.parts[0].column == within;
        return HasAllRows(index) && index.parts[first].column == column;
      });
}

bool Model::HasAllRows(const IndexSpec& index) const {
  if (!index.beyond.empty()) return false;
  const Field* const hides = FieldIn(Role::kDeleteTime);
  return index.where.empty() ||
         (hides != nullptr && index.where == NotHiddenSql(hides->column->name));
}

bool Model::IsUniqueTwice(const IndexSpec& index) const {
  return index.unique && !index.of_constraint && index.where.empty() &&
         index.parts.size() == 1 && !index.parts[0].descending &&
         table.HasUniqueConstraint(index.parts[0].column);
}

const ForeignKey* Model::ForeignKeyAt(int key) const {
  const size_t position = static_cast<size_t>(key);
  return position < columns.size() ? nullptr
                                   : &foreign_keys[position - columns.size()];
}

const Model* Model::TargetOf(int key) const {
  const ForeignKey* const several = ForeignKeyAt(key);
  return several != nullptr ? several->target
                            : columns[static_cast<size_t>(key)].target;
}

const std::string& Model::NameOfKey(int key) const {
  const ForeignKey* const several = ForeignKeyAt(key);
  return several != nullptr ? several->name
                            : columns[static_cast<size_t>(key)].name;
}

const std::string& Model::RelatedNameOf(int key) const {
  const ForeignKey* const several = ForeignKeyAt(key);
  return several != nullptr ? several->related_name
                            : columns[static_cast<size_t>(key)]
                                  .settings.references()
                                  .related_name();
}

std::string Model::WordsOfKey(int key) const {
  return ForeignKeyAt(key) != nullptr
             ? absl::StrCat(name, ": ", SettingOfKey(key))
             : ElementOfKey(key);
}

std::string Model::ElementOfKey(int key) const {
  return ForeignKeyAt(key) != nullptr ? name
                                      : absl::StrCat(name, ".", NameOfKey(key));
}

std::string Model::SettingOfKey(int key) const {
  const ForeignKey* const several = ForeignKeyAt(key);
  if (several == nullptr) return "references";
  return absl::StrCat(
      "foreign_key (",
      absl::StrJoin(several->columns, ", ",
                    [this](std::string* out, int column) {
                      out->append(columns[static_cast<size_t>(column)].name);
                    }),
      ")");
}

const Place& Model::PlaceOfKey(int key) const {
  const ForeignKey* const several = ForeignKeyAt(key);
  return several != nullptr ? several->place
                            : columns[static_cast<size_t>(key)].places.Of(
                                  {FieldSettings::kReferencesFieldNumber});
}

std::vector<int> Model::ColumnsOf(int key) const {
  const ForeignKey* const several = ForeignKeyAt(key);
  return several != nullptr ? several->columns : std::vector<int>{key};
}

bool Model::IsUniqueKey(int key) const {
  std::set<std::string> names;
  for (const int column : ColumnsOf(key)) {
    if (IsUnique(column)) return true;
    names.insert(table.columns[static_cast<size_t>(column)].name);
  }
  // What some of them say once, all of them do.
  const auto has = [&](const std::string& column) {
    return names.count(column) > 0;
  };
  // A model without a key has nothing in it.
  if (!table.primary_key.empty() &&
      std::all_of(table.primary_key.begin(), table.primary_key.end(), has)) {
    return true;
  }
  return std::any_of(
      table.indexes.begin(), table.indexes.end(), [&](const IndexSpec& index) {
        return index.unique && HasAllRows(index) &&
               std::all_of(
                   index.parts.begin(), index.parts.end(),
                   [&](const ColumnOrder& part) { return has(part.column); });
      });
}

bool File::HasCppName(const std::string& name) const {
  return cpp_names.count(name) > 0 || ImportedFor(name).has_value();
}

std::optional<std::string> File::ImportedFor(const std::string& name) const {
  for (const File* const import : imports) {
    const std::vector<std::string>& theirs = import->namespaces;
    if (theirs == namespaces) {
      const auto found = import->cpp_names.find(name);
      if (found != import->cpp_names.end()) return found->second;
    } else if (theirs.size() > namespaces.size() &&
               theirs[namespaces.size()] == name &&
               std::equal(namespaces.begin(), namespaces.end(),
                          theirs.begin())) {
      return absl::StrJoin(theirs, ".");
    }
  }
  return std::nullopt;
}

Target File::TargetOr(Target otherwise) const {
  switch (settings.dialect()) {
    case FileSettings::SQLITE:
      return Target::kSqlite;
    case FileSettings::POSTGRES:
      return Target::kPostgres;
    case FileSettings::DIALECT_UNSPECIFIED:
      break;
  }
  return otherwise;
}

const Field* Model::FieldIn(Role role) const {
  for (const Field& field : columns) {
    if (field.spec().role == role) return &field;
  }
  return nullptr;
}

bool OnlyReads(const Method& method) {
  return method.kind == MethodKind::kList ||
         method.kind == MethodKind::kAggregate ||
         SingleKind(method.kind) == MethodKind::kRetrieve ||
         (method.kind == MethodKind::kCustom &&
          method.transaction == Transaction::kRead);
}

bool IsBatch(MethodKind kind) {
  return SingleKind(kind) != kind && kind != MethodKind::kBulkCreate;
}

}  // namespace modelservice::plugin
