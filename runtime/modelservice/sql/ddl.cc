#include "modelservice/sql/ddl.h"

#include <functional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

bool IsTextual(const Column& column) {
  return column.storage == Storage::kJson || column.storage == Storage::kName ||
         column.type == FieldType::kString ||
         column.type == FieldType::kTimestamp;
}

// What an implicit field that was never set is stored as; empty for none.
std::string ZeroLiteral(const Column& column) {
  if (column.storage == Storage::kJson) {
    if (!column.repeated) return "";
    return column.map ? "'{}'" : "'[]'";
  }
  if (column.storage == Storage::kBytes) return column.repeated ? "x''" : "";
  if (column.storage == Storage::kName) return "";
  switch (column.type) {
    case FieldType::kString:
      return column.format == Format::kNone ? "''" : "";
    case FieldType::kBytes:
      return "x''";
    case FieldType::kTimestamp:
    case FieldType::kDuration:
    case FieldType::kMessage:
      return "";
    default:
      return "0";
  }
}

std::string DefaultLiteral(const Column& column) {
  if (!column.has_default) {
    const bool zero = !column.presence && !column.nullable &&
                      !column.primary_key && column.reference == nullptr;
    return zero ? ZeroLiteral(column) : "";
  }
  if (column.type == FieldType::kBool) {
    return absl::EqualsIgnoreCase(column.default_value, "true") ? "1" : "0";
  }
  std::string literal;
  if (IsTextual(column)) {
    AppendLiteral(column.default_value, &literal);
  } else if (column.type == FieldType::kBytes) {
    AppendLiteral(column.default_value, &literal);
    literal = absl::StrCat("CAST(", literal, " AS BLOB)");
    return absl::StrCat("(", literal, ")");
  } else {
    literal = std::string(column.default_value);
  }
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

void AppendReference(const Reference& reference, std::string* sql) {
  absl::StrAppend(sql, " REFERENCES ");
  AppendIdentifier(reference.table, sql);
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

// Returns whether the column's own definition declares the primary key.
bool AppendColumn(const Column& column, const Dialect& dialect,
                  std::string* sql) {
  bool declares_key = false;
  AppendIdentifier(column.name, sql);
  absl::StrAppend(sql, " ", dialect.ColumnType(column));
  if (!column.nullable) absl::StrAppend(sql, " NOT NULL");
  if (column.auto_increment) {
    absl::StrAppend(sql, " ", dialect.AutoIncrement(&declares_key));
  }
  if (column.unique) absl::StrAppend(sql, " UNIQUE");
  if (const std::string value = DefaultLiteral(column); !value.empty()) {
    absl::StrAppend(sql, " DEFAULT ", value);
  }
  if (column.reference != nullptr) AppendReference(*column.reference, sql);
  return declares_key;
}

void AppendIndex(const Table& table, const Index& index, std::string* sql) {
  absl::StrAppend(sql, index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  AppendIdentifier(index.name, sql);
  absl::StrAppend(sql, " ON ");
  AppendIdentifier(table.name, sql);
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

}  // namespace

std::string CreateTableSql(const Table& table, const Dialect& dialect) {
  std::string sql = "CREATE TABLE ";
  AppendIdentifier(table.name, &sql);
  bool key_declared = false;
  absl::string_view separator = " (\n  ";
  for (const Column& column : table.columns) {
    absl::StrAppend(&sql, separator);
    if (AppendColumn(column, dialect, &sql)) key_declared = true;
    separator = ",\n  ";
  }
  if (!key_declared) {
    absl::StrAppend(&sql, separator, "PRIMARY KEY");
    absl::string_view comma = " (";
    for (const int column : table.key) {
      absl::StrAppend(&sql, comma);
      AppendIdentifier(table.columns[static_cast<size_t>(column)].name, &sql);
      comma = ", ";
    }
    absl::StrAppend(&sql, ")");
  }
  for (const Check& check : table.checks) {
    absl::StrAppend(&sql, separator, "CONSTRAINT ");
    AppendIdentifier(check.name, &sql);
    absl::StrAppend(&sql, " CHECK (", check.sql, ")");
  }
  absl::StrAppend(&sql, "\n);\n");
  for (const Index& index : table.indexes) AppendIndex(table, index, &sql);
  return sql;
}

std::vector<const Table*> InReferenceOrder(
    absl::Span<const Table* const> tables) {
  absl::flat_hash_map<absl::string_view, const Table*> by_name;
  for (const Table* table : tables) by_name[table->name] = table;
  absl::flat_hash_set<const Table*> visited;
  std::vector<const Table*> ordered;
  const std::function<void(const Table*)> visit = [&](const Table* table) {
    if (!visited.insert(table).second) return;
    for (const Column& column : table->columns) {
      if (column.reference == nullptr) continue;
      const auto found = by_name.find(column.reference->table);
      if (found != by_name.end()) visit(found->second);
    }
    ordered.push_back(table);
  };
  for (const Table* table : tables) visit(table);
  return ordered;
}

}  // namespace modelservice
