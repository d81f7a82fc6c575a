#include "modelservice/sql/dialect.h"

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

class Sqlite final : public Dialect {
 public:
  absl::string_view name() const override { return "sqlite"; }

  void AppendPlaceholder(int position, std::string* sql) const override {
    absl::StrAppend(sql, "?", position);
  }

  std::string ColumnType(const Column& column) const override {
    if (!column.sql_type.empty()) return std::string(column.sql_type);
    // JSON and decimals are TEXT: a declared JSON or NUMERIC would turn what
    // looks like a number into one
    // (https://sqlite.org/datatype3.html#affinity).
    if (column.storage == Storage::kJson) return "TEXT";
    if (column.storage == Storage::kBytes) return "BLOB";
    if (column.storage == Storage::kName) return "TEXT";
    switch (column.type) {
      case FieldType::kBool:
        return "BOOLEAN";
      case FieldType::kInt32:
      case FieldType::kSint32:
      case FieldType::kSfixed32:
      case FieldType::kEnum:
        return "INTEGER";
      case FieldType::kInt64:
      case FieldType::kSint64:
      case FieldType::kSfixed64:
      case FieldType::kUint32:
      case FieldType::kFixed32:
      case FieldType::kUint64:
      case FieldType::kFixed64:
        // Only "INTEGER PRIMARY KEY" is the table's own B-tree key.
        return column.primary_key ? "INTEGER" : "BIGINT";
      case FieldType::kDuration:
        return "BIGINT";
      case FieldType::kFloat:
        return "REAL";
      case FieldType::kDouble:
        return "DOUBLE PRECISION";
      case FieldType::kString:
        if (column.format == Format::kDecimal) return "TEXT";
        if (column.max_length > 0) {
          return absl::StrCat("VARCHAR(", column.max_length, ")");
        }
        return "TEXT";
      case FieldType::kBytes:
        return "BLOB";
      case FieldType::kTimestamp:
        return "DATETIME";
      case FieldType::kMessage:
        return "TEXT";
    }
    return "TEXT";
  }

  std::string AutoIncrement(bool* declares_key) const override {
    *declares_key = true;
    return "PRIMARY KEY AUTOINCREMENT";
  }

  bool reports_inserted_key() const override { return true; }
};

void AppendQuoted(absl::string_view text, char quote, std::string* sql) {
  sql->push_back(quote);
  for (const char c : text) {
    if (c == quote) sql->push_back(quote);
    sql->push_back(c);
  }
  sql->push_back(quote);
}

}  // namespace

const Dialect& SqliteDialect() {
  static const Sqlite dialect;
  return dialect;
}

void AppendIdentifier(absl::string_view name, std::string* sql) {
  AppendQuoted(name, '"', sql);
}

void AppendLiteral(absl::string_view text, std::string* sql) {
  AppendQuoted(text, '\'', sql);
}

}  // namespace modelservice
