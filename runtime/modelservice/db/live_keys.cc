#include "modelservice/db/live_keys.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/sql/column_form.h"

namespace modelservice {
namespace {

constexpr int kMostKeys = 1000;

// Whether the database holds a value that may be written in several ways as one
// of them.
bool MayDiffer(const Column& field, const LiveColumn& live, bool typed) {
  switch (live.kind) {
    case ColumnKind::kTimestamp:
    case ColumnKind::kUuid:
    case ColumnKind::kDate:
    case ColumnKind::kTime:
      return !typed;
    case ColumnKind::kText:
      return (!typed && live.fixed_length) || field.format == Format::kUuid ||
             field.format == Format::kDate || field.format == Format::kTime;
    default:
      return false;
  }
}

// Where the values of a column are that requests name.
struct Place {
  absl::string_view schema;
  absl::string_view table;
  absl::string_view column;
  bool is_own = false;
};

// Nothing for a column that is in no key.
std::optional<Place> PlaceOf(const Table& table, int position) {
  const Column& field = table.columns[static_cast<size_t>(position)];
  // The row that is referred to has to be found.
  if (const Reference* const to = field.reference; to != nullptr) {
    return Place{to->schema, to->table, to->column};
  }
  for (const ForeignKey& key : table.foreign_keys) {
    const auto* const part = absl::c_find(key.columns, position);
    if (part == key.columns.end()) continue;
    const auto nth = static_cast<size_t>(part - key.columns.begin());
    return Place{key.to.schema, key.to.table, key.referenced[nth]};
  }
  if (!field.unique && !absl::c_linear_search(table.key, position) &&
      !IsInUniqueIndex(table, field.name)) {
    return std::nullopt;
  }
  return Place{table.schema, table.name, field.name, true};
}

// PostgreSQL would end a transaction over a table that is not there or not for
// us to read. SQLite's statement fails alone.
absl::StatusOr<bool> MayRead(Database& database, const std::string& table) {
  if (!database.dialect().keeps_types()) return true;
  Statement statement;
  statement.text =
      "SELECT 1 WHERE pg_catalog.has_table_privilege("
      "pg_catalog.to_regclass($1), 'SELECT')";
  statement.parameters.push_back(Value::Text(table));
  CopiedRows rows;
  const absl::Status status = database.Run(std::move(statement), rows).status();
  if (!status.ok()) return status;
  return rows.size() > 0;
}

}  // namespace

absl::Status ReadKeys(Database& database, const Table& table,
                      std::vector<LiveColumn>* columns) {
  const Dialect& dialect = database.dialect();
  for (LiveColumn& live : *columns) {
    const auto field =
        absl::c_find_if(table.columns, [&](const Column& column) {
          return absl::EqualsIgnoreCase(column.name, live.name);
        });
    if (field == table.columns.end() || field->type != FieldType::kString ||
        !MayDiffer(*field, live, dialect.keeps_types())) {
      continue;
    }
    const std::optional<Place> place =
        PlaceOf(table, static_cast<int>(field - table.columns.begin()));
    if (!place.has_value()) continue;
    std::string name;
    std::string from;
    AppendIdentifier(place->column, &name);
    dialect.AppendTable(place->schema, place->table, &from);
    const absl::StatusOr<bool> may_read = MayRead(database, from);
    if (!may_read.ok()) return may_read.status();
    if (!*may_read) continue;
    const std::string sql =
        absl::StrCat("SELECT CAST(", name, " AS TEXT) FROM ", from, " WHERE ",
                     name, " IS NOT NULL LIMIT ", kMostKeys);
    Statement statement;
    statement.text = sql;
    CopiedRows rows;
    const absl::Status status =
        database.Run(std::move(statement), rows).status();
    // What is referred to may not be there yet.
    if (!status.ok() && place->is_own) return status;
    if (status.ok()) live.keys = rows.FirstTexts();
  }
  return absl::OkStatus();
}

}  // namespace modelservice
