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

int Model::FindColumn(absl::string_view field) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == field) return static_cast<int>(i);
  }
  return -1;
}

bool Model::IsUnique(int column) const {
  if (columns[static_cast<size_t>(column)].settings.unique()) return true;
  if (key.size() == 1 && key[0] == column) return true;
  for (const ModelIndex& index : indexes) {
    if (index.unique && index.where.empty() && index.columns.size() == 1 &&
        index.columns[0].column == column) {
      return true;
    }
  }
  return false;
}

bool Model::IsUniqueTwice(const ModelIndex& index) const {
  return index.unique && index.where.empty() && index.columns.size() == 1 &&
         !index.columns[0].descending &&
         columns[static_cast<size_t>(index.columns[0].column)]
             .settings.unique();
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
    return field.role == Role::kOwner;
  });
}

}  // namespace modelservice::plugin
