#include "modelservice/introspect/catalog.h"

#include <algorithm>
#include <tuple>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/number_sink.h"
#include "modelservice/introspect/catalog_reader.h"
#include "modelservice/schema/utf8.h"

namespace modelservice::catalog {
namespace {

// What Django knows of its own tables: the apps' labels and models.
absl::Status ReadDjango(Transaction& transaction, Catalog* catalog) {
  catalog->django = catalog->Find("django_migrations") != nullptr;
  const Table* types = catalog->Find("django_content_type");
  if (types == nullptr || types->FindColumn("app_label") == nullptr ||
      types->FindColumn("model") == nullptr) {
    return absl::OkStatus();
  }
  return ForEachRow(
      transaction,
      "SELECT app_label, model FROM django_content_type "
      "ORDER BY app_label, model",
      [&](const TextRow& row) {
        catalog->django_models.push_back({row.Text(0), row.Text(1)});
      });
}

bool SameName(absl::string_view a, absl::string_view b, bool postgres) {
  return postgres ? a == b : absl::EqualsIgnoreCase(a, b);
}

// What becomes of the rows that refer, where `action` asks for what they cannot
// be: NULL in a column that is NOT NULL is refused, as without an action; a
// DEFAULT that there is not is NULL.
ReferentialAction WhatIsDone(const Table& table,
                             const std::vector<std::string>& columns,
                             ReferentialAction action) {
  const auto any = [&](auto is) {
    return std::any_of(columns.begin(), columns.end(),
                       [&](const std::string& name) {
                         const Column* const column = table.FindColumn(name);
                         return column != nullptr && is(*column);
                       });
  };
  if (action == ReferentialAction::kSetDefault &&
      !any([](const Column& c) { return c.default_sql.has_value(); })) {
    action = ReferentialAction::kSetNull;
  }
  if (action == ReferentialAction::kSetNull &&
      any([](const Column& c) { return !c.nullable; })) {
    action = ReferentialAction::kNoAction;
  }
  return action;
}

}  // namespace

std::string TextRow::Text(size_t column) const {
  const Value& value = row_[column];
  switch (value.kind()) {
    case Value::Kind::kInteger:
      return absl::StrCat(value.integer());
    case Value::Kind::kText:
    case Value::Kind::kBlob:
      return std::string(value.text());
    default:
      return "";
  }
}

int64_t TextRow::Integer(size_t column) const {
  return row_[column].kind() == Value::Kind::kInteger ? row_[column].integer()
                                                      : 0;
}

absl::Status ForEachRow(Transaction& transaction, absl::string_view sql,
                        absl::FunctionRef<void(const TextRow&)> on_row) {
  Statement statement;
  statement.text = sql;
  CopiedRows rows;
  absl::Status status = transaction.Execute(statement, rows).status();
  if (!status.ok()) return status;
  for (size_t i = 0; i < rows.size(); ++i) on_row(TextRow(rows.row(i)));
  return absl::OkStatus();
}

void CheckEncoding(Table* table) {
  bool readable = IsUtf8(table->schema) && IsUtf8(table->name);
  if (!IsUtf8(table->comment)) table->comment.clear();
  for (Column& column : table->columns) {
    if (!IsUtf8(column.comment)) column.comment.clear();
    readable = readable && IsUtf8(column.name) && IsUtf8(column.type.text) &&
               IsUtf8(column.default_sql.value_or("")) &&
               absl::c_all_of(column.type.labels, IsUtf8);
  }
  for (const Index& index : table->indexes) {
    readable = readable && IsUtf8(index.name) && IsUtf8(index.where);
  }
  for (const Check& check : table->checks) {
    readable = readable && IsUtf8(check.name) && IsUtf8(check.sql);
  }
  for (const auto& [column, checks] : table->type_checks) {
    readable = readable && absl::c_all_of(checks, IsUtf8);
  }
  for (const ForeignKey& key : table->foreign_keys) {
    readable = readable && IsUtf8(key.name) && IsUtf8(key.table);
  }
  if (!readable && table->fault.empty()) {
    table->fault = "its definition is not UTF-8";
  }
}

const std::vector<std::string>& Table::SetOnDelete(
    const ForeignKey& key) const {
  const auto found = set_columns.find(key.name);
  return found == set_columns.end() ? key.columns : found->second;
}

bool Table::SetsSome(const ForeignKey& key) const {
  return (key.on_delete == ReferentialAction::kSetNull ||
          key.on_delete == ReferentialAction::kSetDefault) &&
         SetOnDelete(key).size() < key.columns.size();
}

const Table* Catalog::Find(absl::string_view name) const {
  for (const Table& table : tables) {
    if (SameName(table.FullName(), name, postgres)) return &table;
  }
  return nullptr;
}

const Table* Catalog::FindReferenced(const ForeignKey& key) const {
  for (const Table& table : tables) {
    if (table.schema == key.schema &&
        SameName(table.name, key.table, postgres)) {
      return &table;
    }
  }
  return nullptr;
}

absl::StatusOr<Catalog> ReadCatalog(Database& database) {
  Catalog catalog;
  absl::Status status = database.Read([&](Transaction& transaction) {
    catalog = Catalog();
    catalog.postgres = database.dialect().name() == "postgres";
    absl::Status read = catalog.postgres ? ReadPostgres(transaction, &catalog)
                                         : ReadSqlite(transaction, &catalog);
    if (!read.ok()) return read;
    std::sort(catalog.tables.begin(), catalog.tables.end(),
              [](const Table& a, const Table& b) {
                return std::tie(a.schema, a.name) < std::tie(b.schema, b.name);
              });
    for (Table& table : catalog.tables) {
      for (ForeignKey& key : table.foreign_keys) {
        key.on_delete =
            WhatIsDone(table, table.SetOnDelete(key), key.on_delete);
        key.on_update = WhatIsDone(table, key.columns, key.on_update);
      }
    }
    return ReadDjango(transaction, &catalog);
  });
  if (!status.ok()) {
    return absl::Status(
        status.code(),
        absl::StrCat("cannot read the database's catalog: ", status.message()));
  }
  return catalog;
}

absl::StatusOr<int64_t> CountRows(Database& database, const Table& table,
                                  int64_t most) {
  std::string sql = "SELECT count(*) FROM (SELECT 1 FROM ";
  database.dialect().AppendTable(table.schema, table.name, &sql);
  absl::StrAppend(&sql, " LIMIT ", most, ") AS counted");
  Statement statement;
  statement.text = sql;
  NumberSink sink;
  const auto outcome = database.Run(std::move(statement), sink);
  if (!outcome.ok()) {
    return absl::Status(
        outcome.status().code(),
        absl::StrCat("cannot count the rows of ", table.FullName(), ": ",
                     outcome.status().message()));
  }
  return sink.number;
}

}  // namespace modelservice::catalog
