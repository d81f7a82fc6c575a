#include "modelservice/sql/made_table.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/sql_type.h"

namespace modelservice {
namespace {

bool IsTextual(const Column& column) {
  return column.storage != Storage::kNative ||
         column.type == FieldType::kString ||
         column.type == FieldType::kTimestamp;
}

// Whether the type that is written for the column has the zero of its field: ''
// is no date, FALSE no integer and 0 no truth to PostgreSQL. Of a type by
// another's name nothing is known.
bool HasZero(const Column& column) {
  if (column.sql_type.empty()) return true;
  absl::string_view written = column.sql_type;
  if (!absl::ConsumePrefix(&written, "public.")) {
    absl::ConsumePrefix(&written, "pg_catalog.");
  }
  const SqlType type = ParseSqlType(written);
  using Kind = SqlType::Kind;
  if (column.storage == Storage::kArray) return type.array;
  if (type.array) return false;
  switch (column.storage) {
    case Storage::kJson:
      return type.kind == Kind::kJson || type.kind == Kind::kText;
    case Storage::kBytes:
      return type.kind == Kind::kBytes;
    default:
      break;
  }
  switch (column.type) {
    case FieldType::kBool:
      return type.kind == Kind::kBool;
    case FieldType::kString:
      return type.kind == Kind::kText;
    case FieldType::kBytes:
      return type.kind == Kind::kBytes;
    default:
      return type.kind == Kind::kInteger || type.kind == Kind::kReal ||
             type.kind == Kind::kDecimal;
  }
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

// Empty for none.
std::string DefaultLiteral(const Column& column, const Dialect& dialect) {
  if (!column.has_default) {
    const bool zero = !column.presence && !column.nullable &&
                      !column.primary_key && column.reference == nullptr &&
                      HasZero(column);
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

// The primary key says it, too.
bool IsOfWholeKey(const TableSpec& spec, const IndexSpec& index) {
  return index.of_constraint && index.parts.size() == 1 &&
         spec.primary_key == std::vector<std::string>{index.parts[0].column};
}

}  // namespace

TableSpec MadeTable(const Table& table, const Dialect& dialect) {
  const TableSpec spec = SpecOf(table);
  TableSpec made;
  if (dialect.has_schemas()) made.schema = spec.schema;
  made.name = spec.name;
  made.columns = spec.columns;
  for (size_t i = 0; i < made.columns.size(); ++i) {
    ColumnSpec& column = made.columns[i];
    column.type = WrittenType(dialect.ColumnType(table.columns[i]));
    const std::string value = DefaultLiteral(table.columns[i], dialect);
    if (!value.empty()) column.default_sql = value;
    column.field.reset();
  }
  made.primary_key = spec.primary_key;
  for (const IndexSpec& index : spec.indexes) {
    if (!IsOfWholeKey(spec, index)) made.indexes.push_back(index);
  }
  made.checks = spec.checks;
  made.foreign_keys = spec.foreign_keys;
  for (ReferenceSpec& reference : made.foreign_keys) {
    if (!dialect.has_schemas()) reference.schema.clear();
    reference.visible_only = false;
  }
  return made;
}

}  // namespace modelservice
