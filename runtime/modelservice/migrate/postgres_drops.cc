#include "modelservice/migrate/postgres_drops.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "modelservice/migrate/postgres_lookup.h"
#include "modelservice/migrate/script_parts.h"

namespace modelservice {
namespace {

// Whether another one of the same words stays.
bool HasTwin(const TableChange& table, const CheckSpec& check) {
  const std::vector<CheckSpec>& all = table.before->checks;
  return std::count_if(all.begin(), all.end(), [&](const CheckSpec& one) {
           return one.sql == check.sql;
         }) > 1;
}

// Whether another one over the same columns stays.
bool HasTwin(const TableChange& table, const IndexSpec& index) {
  const auto set_of = [](const IndexSpec& one) {
    const std::vector<std::string> columns = PartsOf(one);
    return std::set<std::string>(columns.begin(), columns.end());
  };
  const auto is_dropped = [&](const IndexSpec& one) {
    return std::any_of(table.dropped_indexes.begin(),
                       table.dropped_indexes.end(),
                       [&](const IndexSpec* other) { return *other == one; });
  };
  const std::vector<IndexSpec>& all = table.before->indexes;
  return std::any_of(all.begin(), all.end(), [&](const IndexSpec& other) {
    return other.unique == index.unique && other.where.empty() &&
           !is_dropped(other) && set_of(other) == set_of(index);
  });
}

std::string DropSql(const TableChange& table, const CheckSpec& check,
                    bool looks_up) {
  if (looks_up && !HasTwin(table, check)) {
    return DropCheckSql(*table.before, check);
  }
  return absl::StrCat(
      "ALTER TABLE ", QuotedTable(*table.before, PostgresDialect()),
      " DROP CONSTRAINT IF EXISTS ", QuotedName(check.name), ";");
}

std::string DropSql(const TableChange& table, const IndexSpec& index,
                    bool looks_up) {
  const TableSpec& before = *table.before;
  const bool is_of_all = index.where.empty() && !HasTwin(table, index);
  if (index.unique && is_of_all) return DropUniqueSql(before, PartsOf(index));
  if (index.of_constraint) {
    return DropUniqueConstraintsSql(before, PartsOf(index));
  }
  if (looks_up && !index.unique && is_of_all) {
    return DropIndexSql(before, index);
  }
  return absl::StrCat("DROP INDEX IF EXISTS ",
                      QuotedTable(before.schema, index.name, PostgresDialect()),
                      ";");
}

}  // namespace

std::vector<std::string> DropRulesSql(const SchemaChange& change,
                                      NamesOfDropped names) {
  const bool looks_up = names == NamesOfDropped::kAnybodys;
  std::vector<std::string> statements;
  for (const TableChange& table : change.changed) {
    for (const CheckSpec* const check : table.dropped_checks) {
      statements.push_back(DropSql(table, *check, looks_up));
    }
    for (const IndexSpec* const index : table.dropped_indexes) {
      statements.push_back(DropSql(table, *index, looks_up));
    }
    if (table.key) statements.push_back(DropKeySql(*table.before));
  }
  return statements;
}

}  // namespace modelservice
