// Chains of random schemas, and what of them is there from the first to the
// last.
#ifndef MODELSERVICE_MIGRATE_LASTING_SCHEMAS_TEST_SUPPORT_H_
#define MODELSERVICE_MIGRATE_LASTING_SCHEMAS_TEST_SUPPORT_H_

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/migrate/random_schema_test_support.h"
#include "modelservice/migrate/script_parts.h"

namespace modelservice {

// The columns that are the same in all versions of their tables, key first: by
// the table's message, their numbers.
inline std::map<std::string, std::vector<int>> LastingColumns(
    const std::vector<Tables>& versions) {
  std::map<std::string, std::vector<int>> lasting;
  for (const TableSpec& table : versions[0]) {
    for (const ColumnSpec& column : table.columns) {
      const bool lasts = std::all_of(
          versions.begin(), versions.end(), [&](const Tables& tables) {
            return std::any_of(
                tables.begin(), tables.end(), [&](const TableSpec& other) {
                  return other.message == table.message &&
                         std::any_of(other.columns.begin(), other.columns.end(),
                                     [&](const ColumnSpec& one) {
                                       return one.field->number ==
                                                  column.field->number &&
                                              KeepsValues(one, column) &&
                                              KeepsValues(column, one);
                                     });
                });
          });
      if (lasts) lasting[table.message].push_back(column.field->number);
    }
  }
  return lasting;
}

// Their values, as texts, by the names that they have in `tables`.
inline std::string ValuesSql(const TableSpec& table,
                             const std::vector<int>& numbers,
                             const Dialect& dialect) {
  std::vector<std::string> texts;
  for (const int number : numbers) {
    for (const ColumnSpec& column : table.columns) {
      if (column.field->number != number) continue;
      texts.push_back(absl::StrCat("coalesce(CAST(", QuotedName(column.name),
                                   " AS TEXT), 'NULL')"));
    }
  }
  return absl::StrCat("SELECT ", absl::StrJoin(texts, " || '|' || "), " FROM ",
                      QuotedTable(table, dialect), " ORDER BY id");
}

// Whether each reference is to a table that all versions have: one that comes
// back has no rows to refer to.
inline bool ReferToLasting(const std::vector<Tables>& versions) {
  const auto lasting = LastingColumns(versions);
  for (const Tables& tables : versions) {
    std::set<std::string> names;
    for (const TableSpec& table : tables) {
      if (lasting.count(table.message) > 0) names.insert(table.name);
    }
    for (const TableSpec& table : tables) {
      for (const ReferenceSpec& key : table.foreign_keys) {
        if (names.count(key.table) == 0) return false;
      }
    }
  }
  return true;
}

// Twelve versions, over which a table lasts, and some of its columns.
inline std::vector<Tables> LastingVersions() {
  for (unsigned seed = 1;; ++seed) {
    RandomSchema random(seed);
    std::vector<Tables> versions = {random.Make()};
    while (versions.size() < 12) {
      versions.push_back(random.Change(versions.back()));
    }
    if (versions[0].size() < 3 || !ReferToLasting(versions)) continue;
    for (const auto& [message, columns] : LastingColumns(versions)) {
      if (columns.size() > 2) return versions;
    }
  }
}

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_LASTING_SCHEMAS_TEST_SUPPORT_H_
