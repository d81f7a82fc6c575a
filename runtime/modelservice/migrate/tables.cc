#include "modelservice/migrate/tables.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/sql/ddl.h"

namespace modelservice {
namespace {

std::vector<const Table*> TablesOf(absl::Span<const Model* const> models) {
  std::vector<const Table*> tables;
  for (const Model* model : models) tables.push_back(model->table);
  return tables;
}

// As people write it: "shop.customer", "customer".
std::string NameOf(const Table& table) {
  return table.schema.empty() ? std::string(table.name)
                              : absl::StrCat(table.schema, ".", table.name);
}

// Whether the table exists; an error when it lacks a column.
absl::StatusOr<bool> Exists(Database& database, const Table& table) {
  if (!table.schema.empty() && !database.dialect().has_schemas()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "table \"", NameOf(table), "\", which stores ", table.message,
        ", is in a schema, which ", database.dialect().name(),
        " does not have; use PostgreSQL, or remove schema from the model"));
  }
  auto columns = database.ColumnsOf(table);
  if (!columns.ok()) return columns.status();
  if (columns->empty()) return false;
  for (const Column& column : table.columns) {
    const bool found =
        std::any_of(columns->begin(), columns->end(), [&](const auto& name) {
          return database.dialect().has_schemas()
                     ? name == column.name
                     : absl::EqualsIgnoreCase(name, column.name);
        });
    if (!found) {
      return absl::FailedPreconditionError(absl::StrCat(
          "table \"", NameOf(table), "\" has no column \"", column.name,
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
          absl::StrCat("table \"", NameOf(*model->table), "\", which stores ",
                       model->table->message,
                       ", does not exist; run the command migrate first"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> CreateMissingTables(
    Database& database, absl::Span<const Model* const> models) {
  std::vector<const Table*> missing;
  std::vector<std::string> made;
  for (const Table* table : TablesOf(models)) {
    auto exists = Exists(database, *table);
    if (!exists.ok()) return exists.status();
    if (*exists) continue;
    missing.push_back(table);
    made.push_back(NameOf(*table));
  }
  if (missing.empty()) return made;
  const std::string script = CreateTablesSql(missing, database.dialect());
  if (auto status = database.RunScript(script); !status.ok()) return status;
  return made;
}

std::string TablesSql(absl::Span<const Model* const> models,
                      const Dialect& dialect) {
  return CreateTablesSql(TablesOf(models), dialect);
}

}  // namespace modelservice
