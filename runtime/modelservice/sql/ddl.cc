#include "modelservice/sql/ddl.h"

#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

bool IsTextual(const Column& column) {
  return column.storage != Storage::kNative ||
         column.type == FieldType::kString ||
         column.type == FieldType::kTimestamp;
}

// What an implicit field that was never set is stored as; empty for none.
std::string ZeroLiteral(const Column& column, const Dialect& dialect) {
  switch (column.storage) {
    case Storage::kJson:
    case Storage::kArray:
      if (!column.repeated) return "";
      return column.map ? "'{}'" : dialect.EmptyArray(column);
    case Storage::kBytes:
      return column.repeated ? dialect.BytesLiteral("") : "";
    case Storage::kName:
      return "";
    case Storage::kNative:
      break;
  }
  switch (column.type) {
    case FieldType::kBool:
      return dialect.BoolLiteral(false);
    case FieldType::kString:
      return column.format == Format::kNone ? "''" : "";
    case FieldType::kBytes:
      return dialect.BytesLiteral("");
    case FieldType::kTimestamp:
    case FieldType::kDuration:
    case FieldType::kMessage:
      return "";
    default:
      return "0";
  }
}

std::string DefaultLiteral(const Column& column, const Dialect& dialect) {
  if (!column.has_default) {
    const bool zero = !column.presence && !column.nullable &&
                      !column.primary_key && column.reference == nullptr;
    return zero ? ZeroLiteral(column, dialect) : "";
  }
  if (column.type == FieldType::kBool) {
    return dialect.BoolLiteral(
        absl::EqualsIgnoreCase(column.default_value, "true"));
  }
  if (column.type == FieldType::kBytes) {
    return dialect.BytesLiteral(column.default_value);
  }
  if (!IsTextual(column)) return std::string(column.default_value);
  std::string literal;
  AppendLiteral(column.default_value, &literal);
  return literal;
}

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
  return "";
}

void AppendReference(const Reference& reference, const Dialect& dialect,
                     std::string* sql) {
  absl::StrAppend(sql, " REFERENCES ");
  dialect.AppendTable(reference.schema, reference.table, sql);
  absl::StrAppend(sql, " (");
  AppendIdentifier(reference.column, sql);
  absl::StrAppend(sql, ")");
  if (const auto action = ActionSql(reference.on_delete); !action.empty()) {
    absl::StrAppend(sql, " ON DELETE ", action);
  }
  if (const auto action = ActionSql(reference.on_update); !action.empty()) {
    absl::StrAppend(sql, " ON UPDATE ", action);
  }
}

bool IsWholeKey(const Table& table, const Column& column) {
  return table.key.size() == 1 &&
         &table.columns[static_cast<size_t>(table.key[0])] == &column;
}

// Returns whether the column's own definition declares the primary key.
bool AppendColumn(const Table& table, const Column& column,
                  const Dialect& dialect, bool with_reference,
                  std::string* sql) {
  bool declares_key = false;
  AppendIdentifier(column.name, sql);
  absl::StrAppend(sql, " ", dialect.ColumnType(column));
  if (!column.nullable) absl::StrAppend(sql, " NOT NULL");
  if (column.auto_increment) {
    absl::StrAppend(sql, " ", dialect.AutoIncrement(&declares_key));
  }
  if (column.unique && !IsWholeKey(table, column)) {
    absl::StrAppend(sql, " UNIQUE");
  }
  if (const std::string value = DefaultLiteral(column, dialect);
      !value.empty()) {
    absl::StrAppend(sql, " DEFAULT ", value);
  }
  if (column.reference != nullptr && with_reference) {
    AppendReference(*column.reference, dialect, sql);
  }
  return declares_key;
}

void AppendIndex(const Table& table, const Index& index, const Dialect& dialect,
                 std::string* sql) {
  absl::StrAppend(sql, index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  AppendIdentifier(index.name, sql);
  absl::StrAppend(sql, " ON ");
  dialect.AppendTable(table.schema, table.name, sql);
  absl::string_view separator = " (";
  for (const IndexColumn& part : index.columns) {
    absl::StrAppend(sql, separator);
    AppendIdentifier(table.columns[static_cast<size_t>(part.column)].name, sql);
    if (part.descending) absl::StrAppend(sql, " DESC");
    separator = ", ";
  }
  absl::StrAppend(sql, ")");
  if (!index.where.empty()) absl::StrAppend(sql, " WHERE ", index.where);
  absl::StrAppend(sql, ";\n");
}

// Tables that a reference may name, by schema and name.
using Names =
    absl::flat_hash_set<std::pair<absl::string_view, absl::string_view>>;

// Whether a reference can be made with the table that has it: not to one of
// `later`, nor to a column of the table itself that only an index, which comes
// behind it, makes unique.
bool IsMadeAtOnce(const Table& table, const Reference& reference,
                  const Names& later, const Dialect& dialect) {
  if (dialect.allows_forward_references()) return true;
  if (later.contains({reference.schema, reference.table})) return false;
  if (reference.schema != table.schema || reference.table != table.name) {
    return true;
  }
  for (const Column& column : table.columns) {
    if (column.name == reference.column) {
      return column.unique || IsWholeKey(table, column);
    }
  }
  return true;
}

// The statements that make `table` and its indexes. References to one of
// `later` are left out.
void AppendTable(const Table& table, const Dialect& dialect, const Names& later,
                 std::string* sql) {
  absl::StrAppend(sql, "CREATE TABLE ");
  dialect.AppendTable(table.schema, table.name, sql);
  bool key_declared = false;
  absl::string_view separator = " (\n  ";
  for (const Column& column : table.columns) {
    absl::StrAppend(sql, separator);
    const bool with_reference =
        column.reference == nullptr ||
        IsMadeAtOnce(table, *column.reference, later, dialect);
    if (AppendColumn(table, column, dialect, with_reference, sql)) {
      key_declared = true;
    }
    separator = ",\n  ";
  }
  if (!key_declared) {
    absl::StrAppend(sql, separator, "PRIMARY KEY");
    absl::string_view comma = " (";
    for (const int column : table.key) {
      absl::StrAppend(sql, comma);
      AppendIdentifier(table.columns[static_cast<size_t>(column)].name, sql);
      comma = ", ";
    }
    absl::StrAppend(sql, ")");
  }
  for (const Check& check : table.checks) {
    absl::StrAppend(sql, separator, "CONSTRAINT ");
    AppendIdentifier(check.name, sql);
    absl::StrAppend(sql, " CHECK (", check.sql, ")");
  }
  absl::StrAppend(sql, "\n);\n");
  for (const Index& index : table.indexes) {
    AppendIndex(table, index, dialect, sql);
  }
}

// The references that are not made with their table, to what by now is there.
void AppendLateReferences(const Table& table, const Dialect& dialect,
                          const Names& later, std::string* sql) {
  for (const Column& column : table.columns) {
    const Reference* const reference = column.reference;
    if (reference == nullptr ||
        IsMadeAtOnce(table, *reference, later, dialect)) {
      continue;
    }
    absl::StrAppend(sql, "ALTER TABLE ");
    dialect.AppendTable(table.schema, table.name, sql);
    absl::StrAppend(sql, " ADD FOREIGN KEY (");
    AppendIdentifier(column.name, sql);
    absl::StrAppend(sql, ")");
    AppendReference(*reference, dialect, sql);
    absl::StrAppend(sql, ";\n");
  }
}

// Each table after those it refers to; tables in a circle keep their order.
std::vector<const Table*> InReferenceOrder(
    absl::Span<const Table* const> tables) {
  absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>,
                      const Table*>
      by_name;
  for (const Table* table : tables)
    by_name[{table->schema, table->name}] = table;
  absl::flat_hash_set<const Table*> visited;
  std::vector<const Table*> ordered;
  // A table and the next of its columns to look at. No recursion: a chain of
  // references may be longer than the stack is deep.
  std::vector<std::pair<const Table*, size_t>> path;
  const auto enter = [&](const Table* table) {
    if (visited.insert(table).second) path.emplace_back(table, 0);
  };
  for (const Table* first : tables) {
    enter(first);
    while (!path.empty()) {
      const auto [table, column] = path.back();
      if (column == table->columns.size()) {
        ordered.push_back(table);
        path.pop_back();
        continue;
      }
      ++path.back().second;
      const Reference* const reference = table->columns[column].reference;
      if (reference == nullptr) continue;
      const auto found = by_name.find({reference->schema, reference->table});
      if (found != by_name.end()) enter(found->second);
    }
  }
  return ordered;
}

}  // namespace

std::string CreateTableSql(const Table& table, const Dialect& dialect) {
  std::string sql;
  AppendTable(table, dialect, {}, &sql);
  AppendLateReferences(table, dialect, {}, &sql);
  return sql;
}

std::string CreateTablesSql(absl::Span<const Table* const> tables,
                            const Dialect& dialect) {
  std::string sql;
  if (dialect.has_schemas()) {
    absl::btree_set<absl::string_view> schemas;
    for (const Table* table : tables) schemas.insert(table->schema);
    for (const absl::string_view schema : schemas) {
      if (schema.empty()) continue;
      absl::StrAppend(&sql, "CREATE SCHEMA IF NOT EXISTS ");
      AppendIdentifier(schema, &sql);
      absl::StrAppend(&sql, ";\n");
    }
  }
  const std::vector<const Table*> ordered = InReferenceOrder(tables);
  Names later;
  if (!dialect.allows_forward_references()) {
    for (const Table* table : ordered) {
      later.emplace(table->schema, table->name);
    }
  }
  std::string late;
  for (const Table* table : ordered) {
    later.erase({table->schema, table->name});
    absl::StrAppend(&sql, sql.empty() ? "" : "\n");
    AppendTable(*table, dialect, later, &sql);
    AppendLateReferences(*table, dialect, later, &late);
  }
  if (!late.empty()) absl::StrAppend(&sql, "\n", late);
  return sql;
}

}  // namespace modelservice
