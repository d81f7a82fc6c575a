#include "plugin/schema/schema.h"

#include <algorithm>
#include <utility>

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
  if (type != FieldType::kString || repeated || wrapper || presence) {
    return false;
  }
  switch (spec().format) {
    case Format::kUuid:
    case Format::kDecimal:
    case Format::kDate:
    case Format::kTime:
    case Format::kIp:
    case Format::kIpv4:
    case Format::kIpv6:
      return true;
    default:
      return false;
  }
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
  return table.IsUnique(table.columns[static_cast<size_t>(column)].name);
}

bool Model::IsUniqueTwice(const IndexSpec& index) const {
  return index.unique && !index.of_constraint && index.where.empty() &&
         index.parts.size() == 1 && !index.parts[0].descending &&
         table.HasUniqueConstraint(index.parts[0].column);
}

std::vector<RelatedRows> File::RelatedTo(const Model& model) const {
  std::vector<RelatedRows> related;
  for (const auto& other : models) {
    for (size_t i = 0; i < other->columns.size(); ++i) {
      const Field& field = other->columns[i];
      const std::string& name = field.settings.references().related_name();
      if (field.target != &model || name.empty()) continue;
      related.push_back({name, other.get(), &field, static_cast<int>(i)});
    }
  }
  return related;
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

bool Model::has_owner() const {
  return std::any_of(columns.begin(), columns.end(), [](const Field& field) {
    return field.spec().role == Role::kOwner;
  });
}

}  // namespace modelservice::plugin
