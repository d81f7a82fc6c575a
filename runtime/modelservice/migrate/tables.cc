#include "modelservice/migrate/tables.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/sql/ddl.h"

namespace modelservice {
namespace {

std::vector<const Table*> Ordered(absl::Span<const Model* const> models) {
  std::vector<const Table*> tables;
  for (const Model* model : models) tables.push_back(model->table);
  return InReferenceOrder(tables);
}

// Whether the table exists; an error when it lacks a column.
absl::StatusOr<bool> Exists(Database& database, const Table& table) {
  auto columns = database.ColumnsOf(table);
  if (!columns.ok()) return columns.status();
  if (columns->empty()) return false;
  for (const Column& column : table.columns) {
    const bool found =
        std::any_of(columns->begin(), columns->end(), [&](const auto& name) {
          return absl::EqualsIgnoreCase(name, column.name);
        });
    if (!found) {
      return absl::FailedPreconditionError(absl::StrCat(
          "table \"", table.name, "\" has no column \"", column.name,
          "\", which stores ", table.message, ".", column.field,
          "; add the column, or name the right one with (modelservice.field)"));
    }
  }
  return true;
}

}  // namespace

absl::Status CheckTables(Database& database,
                         absl::Span<const Model* const> models) {
  for (const Model* model : models) {
    auto exists = Exists(database, *model->table);
    if (!exists.ok()) return exists.status();
    if (!*exists) {
      return absl::FailedPreconditionError(
          absl::StrCat("table \"", model->table->name, "\", which stores ",
                       model->table->message,
                       ", does not exist; run the command migrate first"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> CreateMissingTables(
    Database& database, absl::Span<const Model* const> models) {
  std::string script;
  std::vector<std::string> made;
  for (const Table* table : Ordered(models)) {
    auto exists = Exists(database, *table);
    if (!exists.ok()) return exists.status();
    if (*exists) continue;
    absl::StrAppend(&script, CreateTableSql(*table, database.dialect()));
    made.emplace_back(table->name);
  }
  if (made.empty()) return made;
  if (auto status = database.RunScript(script); !status.ok()) return status;
  return made;
}

std::string TablesSql(absl::Span<const Model* const> models,
                      const Dialect& dialect) {
  std::string sql;
  for (const Table* table : Ordered(models)) {
    absl::StrAppend(&sql, CreateTableSql(*table, dialect));
  }
  return sql;
}

}  // namespace modelservice
