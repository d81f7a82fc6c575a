#include "modelservice/sql/ddl.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/sql/identifier.h"
#include "modelservice/sql/made_table.h"

namespace modelservice {
namespace {

// ` ("a", "b")`.
void AppendColumns(const std::vector<std::string>& columns, std::string* sql) {
  absl::string_view separator = " (";
  for (const std::string& column : columns) {
    absl::StrAppend(sql, separator);
    AppendIdentifier(column, sql);
    separator = ", ";
  }
  absl::StrAppend(sql, ")");
}

void AppendReference(const ReferenceSpec& reference, const Dialect& dialect,
                     std::string* sql) {
  absl::StrAppend(sql, " REFERENCES ");
  dialect.AppendTable(reference.schema, reference.table, sql);
  AppendColumns(reference.referenced, sql);
  if (reference.on_delete != ReferentialAction::kNoAction) {
    absl::StrAppend(sql, " ON DELETE ", ActionSql(reference.on_delete));
  }
  if (reference.on_update != ReferentialAction::kNoAction) {
    absl::StrAppend(sql, " ON UPDATE ", ActionSql(reference.on_update));
  }
}

// Tables that a reference may name, by schema and name.
using TableNames =
    absl::flat_hash_set<std::pair<absl::string_view, absl::string_view>>;

// Whether a reference can be made with the table that has it: not to one of
// `later`, nor to columns of the table itself that only an index, which comes
// behind it, makes unique.
bool IsMadeAtOnce(const TableSpec& table, const ReferenceSpec& reference,
                  const TableNames& later, const Dialect& dialect) {
  if (dialect.allows_forward_references()) return true;
  if (later.contains({reference.schema, reference.table})) return false;
  if (reference.schema != table.schema || reference.table != table.name) {
    return true;
  }
  return reference.referenced == table.primary_key ||
         (reference.referenced.size() == 1 &&
          table.HasUniqueConstraint(reference.referenced[0]));
}

// What writes one table, all but the references to tables in `later`.
struct Context {
  const TableSpec& table;
  const Dialect& dialect;
  const TableNames& later;
};

// Returns whether the column's own definition declares the primary key.
bool AppendColumn(const Context& context, const ColumnSpec& column,
                  std::string* sql) {
  const auto& [table, dialect, later] = context;
  bool declares_key = false;
  AppendIdentifier(column.name, sql);
  absl::StrAppend(sql, " ", column.type.text);
  if (!column.nullable) absl::StrAppend(sql, " NOT NULL");
  if (column.generated == ColumnSpec::Generated::kKey) {
    absl::StrAppend(sql, " ", dialect.AutoIncrement(&declares_key));
  }
  if (table.HasUniqueConstraint(column.name)) absl::StrAppend(sql, " UNIQUE");
  if (column.default_sql.has_value()) {
    absl::StrAppend(sql, " DEFAULT ", *column.default_sql);
  }
  const ReferenceSpec* const reference = table.ReferenceOf(column.name);
  if (reference != nullptr && IsMadeAtOnce(table, *reference, later, dialect)) {
    AppendReference(*reference, dialect, sql);
  }
  return declares_key;
}

void AppendIndex(const TableSpec& table, const IndexSpec& index,
                 const Dialect& dialect, std::string* sql) {
  absl::StrAppend(sql, index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  AppendIdentifier(index.name, sql);
  absl::StrAppend(sql, " ON ");
  dialect.AppendTable(table.schema, table.name, sql);
  absl::string_view separator = " (";
  for (const ColumnOrder& part : index.parts) {
    absl::StrAppend(sql, separator);
    AppendIdentifier(part.column, sql);
    if (part.descending) absl::StrAppend(sql, " DESC");
    separator = ", ";
  }
  absl::StrAppend(sql, ")");
  if (!index.where.empty()) absl::StrAppend(sql, " WHERE ", index.where);
  absl::StrAppend(sql, ";");
}

void AppendForeignKey(const ReferenceSpec& reference, const Dialect& dialect,
                      std::string* sql) {
  absl::StrAppend(sql, "FOREIGN KEY");
  AppendColumns(reference.columns, sql);
  AppendReference(reference, dialect, sql);
}

void AppendCheck(const CheckSpec& check, std::string* sql) {
  absl::StrAppend(sql, "CONSTRAINT ");
  AppendIdentifier(check.name, sql);
  absl::StrAppend(sql, " CHECK (", check.sql, ")");
}

std::string AlterTable(const TableSpec& table, const Dialect& dialect) {
  std::string sql = "ALTER TABLE ";
  dialect.AppendTable(table.schema, table.name, &sql);
  return sql;
}

// The statements that make the table and its indexes.
void AppendTable(const Context& context, std::string* sql) {
  const auto& [table, dialect, later] = context;
  absl::StrAppend(sql, "CREATE TABLE ");
  dialect.AppendTable(table.schema, table.name, sql);
  bool key_declared = false;
  absl::string_view separator = " (\n  ";
  for (const ColumnSpec& column : table.columns) {
    absl::StrAppend(sql, separator);
    if (AppendColumn(context, column, sql)) key_declared = true;
    separator = ",\n  ";
  }
  if (!key_declared) {
    absl::StrAppend(sql, separator, "PRIMARY KEY");
    AppendColumns(table.primary_key, sql);
  }
  for (const CheckSpec& check : table.checks) {
    absl::StrAppend(sql, separator);
    AppendCheck(check, sql);
  }
  for (const ReferenceSpec& reference : table.foreign_keys) {
    // That of one column is in its definition.
    if (reference.columns.size() == 1 ||
        !IsMadeAtOnce(table, reference, later, dialect)) {
      continue;
    }
    absl::StrAppend(sql, separator);
    AppendForeignKey(reference, dialect, sql);
  }
  absl::StrAppend(sql, "\n);\n");
  for (const IndexSpec& index : table.indexes) {
    if (index.of_constraint) continue;
    AppendIndex(table, index, dialect, sql);
    absl::StrAppend(sql, "\n");
  }
}

// The references that are not made with their table, to what by now is there.
void AppendLateReferences(const Context& context, std::string* sql) {
  const auto& [table, dialect, later] = context;
  for (const ReferenceSpec& reference : table.foreign_keys) {
    if (IsMadeAtOnce(table, reference, later, dialect)) continue;
    absl::StrAppend(sql, AddReferenceSql(table, reference, dialect), "\n");
  }
}

// Each table after those it refers to; tables in a circle keep their order.
std::vector<const TableSpec*> InReferenceOrder(
    const std::vector<TableSpec>& tables) {
  absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>,
                      const TableSpec*>
      by_name;
  for (const TableSpec& table : tables) {
    by_name[{table.schema, table.name}] = &table;
  }
  absl::flat_hash_set<const TableSpec*> visited;
  std::vector<const TableSpec*> ordered;
  // A table and the next of its references to look at. No recursion: a chain of
  // references may be longer than the stack is deep.
  std::vector<std::pair<const TableSpec*, size_t>> path;
  const auto enter = [&](const TableSpec* table) {
    if (visited.insert(table).second) path.emplace_back(table, 0);
  };
  for (const TableSpec& first : tables) {
    enter(&first);
    while (!path.empty()) {
      const auto [table, position] = path.back();
      if (position == table->foreign_keys.size()) {
        ordered.push_back(table);
        path.pop_back();
        continue;
      }
      ++path.back().second;
      const ReferenceSpec& reference = table->foreign_keys[position];
      const auto found = by_name.find({reference.schema, reference.table});
      if (found != by_name.end()) enter(found->second);
    }
  }
  return ordered;
}

}  // namespace

absl::string_view ActionSql(ReferentialAction action) {
  switch (action) {
    case ReferentialAction::kRestrict:
      return "RESTRICT";
    case ReferentialAction::kCascade:
      return "CASCADE";
    case ReferentialAction::kSetNull:
      return "SET NULL";
    case ReferentialAction::kSetDefault:
      return "SET DEFAULT";
    case ReferentialAction::kNoAction:
      break;
  }
  return "NO ACTION";
}

std::string CreateTableSql(const Table& table, const Dialect& dialect) {
  const TableSpec made = MadeTable(table, dialect);
  const TableNames later;
  std::string sql;
  AppendTable({made, dialect, later}, &sql);
  AppendLateReferences({made, dialect, later}, &sql);
  return sql;
}

std::string CreateTablesSql(absl::Span<const Table* const> tables,
                            const Dialect& dialect) {
  std::vector<TableSpec> made;
  made.reserve(tables.size());
  for (const Table* table : tables) {
    made.push_back(MadeTable(*table, dialect));
  }
  return CreateMadeTablesSql(made, dialect);
}

std::string CreateMadeTablesSql(const std::vector<TableSpec>& tables,
                                const Dialect& dialect) {
  absl::btree_set<absl::string_view> schemas;
  for (const TableSpec& table : tables) {
    if (!table.schema.empty()) schemas.insert(table.schema);
  }
  std::string sql;
  for (const absl::string_view schema : schemas) {
    absl::StrAppend(&sql, "CREATE SCHEMA IF NOT EXISTS ");
    AppendIdentifier(schema, &sql);
    absl::StrAppend(&sql, ";\n");
  }
  const std::vector<const TableSpec*> ordered = InReferenceOrder(tables);
  TableNames later;
  if (!dialect.allows_forward_references()) {
    for (const TableSpec* table : ordered) {
      later.emplace(table->schema, table->name);
    }
  }
  std::string late;
  for (const TableSpec* table : ordered) {
    later.erase({table->schema, table->name});
    absl::StrAppend(&sql, sql.empty() ? "" : "\n");
    AppendTable({*table, dialect, later}, &sql);
    AppendLateReferences({*table, dialect, later}, &late);
  }
  if (!late.empty()) absl::StrAppend(&sql, "\n", late);
  return sql;
}

std::string AddColumnSql(const TableSpec& table, const ColumnSpec& column,
                         const Dialect& dialect) {
  TableSpec added = table;
  // The column alone, with what can stand in its own definition.
  added.indexes.clear();
  if (!dialect.alters_constraints() && column.default_sql.has_value()) {
    // SQLite takes no reference of a column whose rows are to be something.
    added.foreign_keys.clear();
  }
  ColumnSpec defined = column;
  if (!defined.default_sql.has_value()) defined.nullable = true;
  std::string sql = absl::StrCat(AlterTable(table, dialect), " ADD COLUMN ");
  AppendColumn({added, dialect, {}}, defined, &sql);
  absl::StrAppend(&sql, ";");
  for (const IndexSpec& index : table.indexes) {
    if (index.of_constraint && index.parts.size() == 1 &&
        index.parts[0].column == column.name) {
      absl::StrAppend(&sql, " ", AddIndexSql(table, index, dialect));
    }
  }
  return sql;
}

std::string AddIndexSql(const TableSpec& table, const IndexSpec& index,
                        const Dialect& dialect) {
  IndexSpec named = index;
  if (named.name.empty()) {
    const std::string columns = absl::StrJoin(
        index.parts, "_", [](std::string* text, const ColumnOrder& part) {
          absl::StrAppend(text, part.column);
        });
    named.name = GeneratedName(absl::StrCat(table.name, "_", columns), "_key");
  }
  std::string sql;
  AppendIndex(table, named, dialect, &sql);
  return sql;
}

std::string AddCheckSql(const TableSpec& table, const CheckSpec& check,
                        const Dialect& dialect) {
  if (!dialect.alters_constraints()) return "";
  std::string sql = absl::StrCat(AlterTable(table, dialect), " ADD ");
  AppendCheck(check, &sql);
  absl::StrAppend(&sql, ";");
  return sql;
}

std::string AddReferenceSql(const TableSpec& table,
                            const ReferenceSpec& reference,
                            const Dialect& dialect, absl::string_view behind) {
  if (!dialect.alters_constraints()) return "";
  std::string sql = absl::StrCat(AlterTable(table, dialect), " ADD ");
  if (!reference.name.empty()) {
    absl::StrAppend(&sql, "CONSTRAINT ");
    AppendIdentifier(reference.name, &sql);
    absl::StrAppend(&sql, " ");
  }
  AppendForeignKey(reference, dialect, &sql);
  absl::StrAppend(&sql, behind.empty() ? "" : " ", behind, ";");
  return sql;
}

std::string AlterColumnSql(const TableSpec& table, absl::string_view column,
                           absl::string_view change, const Dialect& dialect) {
  if (!dialect.alters_constraints()) return "";
  std::string sql = absl::StrCat(AlterTable(table, dialect), " ALTER COLUMN ");
  AppendIdentifier(column, &sql);
  absl::StrAppend(&sql, " ", change, ";");
  return sql;
}

std::string DropConstraintSql(const TableSpec& table, absl::string_view name,
                              const Dialect& dialect) {
  if (!dialect.alters_constraints()) return "";
  std::string sql =
      absl::StrCat(AlterTable(table, dialect), " DROP CONSTRAINT ");
  AppendIdentifier(name, &sql);
  absl::StrAppend(&sql, ";");
  return sql;
}

}  // namespace modelservice
