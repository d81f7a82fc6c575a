#include "modelservice/migrate/reference_change.h"

#include <algorithm>
#include <string>
#include <vector>

#include "modelservice/migrate/script_parts.h"

namespace modelservice {
namespace {

const TableChange* ChangeOfTable(const SchemaChange& change,
                                 const TableSpec* after) {
  for (const TableChange& table : change.changed) {
    if (table.after == after) return &table;
  }
  return nullptr;
}

bool IsAnyRetyped(const TableChange& table,
                  const std::vector<std::string>& columns) {
  return std::any_of(table.altered_columns.begin(), table.altered_columns.end(),
                     [&](const AlteredColumn& column) {
                       return column.type() &&
                              std::count(columns.begin(), columns.end(),
                                         column.after->name) > 0;
                     });
}

bool IsIn(const std::vector<TableReference>& list,
          const ReferenceSpec& reference) {
  return std::any_of(list.begin(), list.end(), [&](const auto& one) {
    return one.reference == &reference;
  });
}

// What `after` was.
const ReferenceSpec* Before(const TableMatch& match,
                            const ReferenceSpec& after) {
  for (const ReferenceSpec& before : match.before->foreign_keys) {
    if (before.columns.size() != after.columns.size()) continue;
    bool same = true;
    for (size_t i = 0; i < before.columns.size(); ++i) {
      const Renaming pair(before.columns[i], after.columns[i]);
      same = same &&
             std::count(match.columns.begin(), match.columns.end(), pair) > 0;
    }
    if (same) return &before;
  }
  return nullptr;
}

}  // namespace

ReferenceChanges ReferenceChangesOf(const SchemaMatch& match,
                                    const SchemaChange& change) {
  ReferenceChanges found;
  for (const TableMatch& table : match) {
    if (table.before == nullptr || table.after == nullptr) continue;
    const TableChange* const changed = ChangeOfTable(change, table.after);
    if (changed != nullptr) {
      for (const ReferenceSpec* const one : changed->dropped_references) {
        found.dropped.push_back({table.before, one});
      }
      for (const ReferenceSpec* const one : changed->added_references) {
        found.added.push_back({table.after, one});
      }
    }
    for (const ReferenceSpec& one : table.after->foreign_keys) {
      if (IsIn(found.added, one)) continue;
      const bool own =
          changed != nullptr && IsAnyRetyped(*changed, one.columns);
      if (!own && !IsTargetAltered(change, one)) continue;
      if (const ReferenceSpec* const old = Before(table, one)) {
        found.dropped.push_back({table.before, old});
        found.added.push_back({table.after, &one});
      }
    }
  }
  return found;
}

bool IsTargetAltered(const SchemaChange& change,
                     const ReferenceSpec& reference) {
  const auto is_of_it = [&](const IndexSpec* index) {
    if (!index->unique) return false;
    const std::vector<std::string> columns = PartsOf(*index);
    // Whatever their order.
    return std::is_permutation(columns.begin(), columns.end(),
                               reference.referenced.begin(),
                               reference.referenced.end());
  };
  for (const TableChange& table : change.changed) {
    if (table.after->name != reference.table ||
        table.after->schema != reference.schema) {
      continue;
    }
    return table.key || IsAnyRetyped(table, reference.referenced) ||
           std::any_of(table.added_indexes.begin(), table.added_indexes.end(),
                       is_of_it) ||
           std::any_of(table.dropped_indexes.begin(),
                       table.dropped_indexes.end(), is_of_it);
  }
  return false;
}

}  // namespace modelservice
