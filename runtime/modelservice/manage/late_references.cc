#include "modelservice/manage/late_references.h"

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/database.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/raw_query.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

bool IsPostgres(Transaction& transaction) {
  return transaction.database().dialect().name() == "postgres";
}

absl::string_view ColumnName(const TableToLoad& table, int column) {
  return table.model->table->columns[static_cast<size_t>(column)].name;
}

// Keys of rows that refer to none by `reference`; one is enough.
std::string LostSql(const TableToLoad& table, const ReferenceToLoad& reference,
                    const Dialect& dialect) {
  std::string keys;
  for (const int column : table.model->table->key) {
    absl::StrAppend(&keys, keys.empty() ? "" : ", ", "t.",
                    QuotedName(ColumnName(table, column)));
  }
  std::string given;
  std::string same;
  for (size_t i = 0; i < reference.columns.size(); ++i) {
    const std::string own =
        absl::StrCat("t.", QuotedName(ColumnName(table, reference.columns[i])));
    absl::StrAppend(&given, own, " IS NOT NULL AND ");
    absl::StrAppend(&same, i == 0 ? "" : " AND ", "o.",
                    QuotedName(reference.referenced[i]), " = ", own);
  }
  const Table& own = *table.model->table;
  return absl::StrCat("SELECT ", keys, " FROM ",
                      QuotedTable(own.schema, own.name, dialect), " t WHERE ",
                      given, "NOT EXISTS (SELECT 1 FROM ",
                      QuotedTable(reference.schema, reference.table, dialect),
                      " o WHERE ", same, ") LIMIT 1");
}

// The beginnings of statements that alter the foreign keys over the columns, of
// those that are checked at once.
absl::StatusOr<std::vector<std::tuple<std::string>>> FindConstraints(
    Database& database, const TableToLoad& table,
    const ReferenceToLoad& reference) {
  const Table& own = *table.model->table;
  const std::string name =
      QuotedTable(own.schema, own.name, database.dialect());
  std::vector<Literal> values = {Literal(Value::Text(name))};
  std::string marks;
  for (const int column : reference.columns) {
    values.emplace_back(Value::Text(ColumnName(table, column)));
    absl::StrAppend(&marks, marks.empty() ? "?" : ", ?");
  }
  return RawQuery(
             database,
             absl::StrCat(
                 "SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I', "
                 "c.conrelid::regclass, c.conname) FROM pg_constraint c WHERE "
                 "c.conrelid = to_regclass(?) AND c.contype = 'f' AND NOT "
                 "c.condeferrable AND c.conkey <@ ARRAY(SELECT a.attnum FROM "
                 "pg_attribute a WHERE a.attrelid = c.conrelid AND a.attname "
                 "IN (",
                 marks, "))"),
             std::move(values))
      .Tuples<std::string>();
}

}  // namespace

std::string ColumnsOf(const TableToLoad& table,
                      const ReferenceToLoad& reference) {
  const std::string columns =
      absl::StrJoin(reference.columns, ", ", [&](std::string* text, int one) {
        absl::StrAppend(text, ColumnName(table, one));
      });
  return reference.columns.size() == 1 ? columns
                                       : absl::StrCat("(", columns, ")");
}

LateReferences::LateReferences(absl::Span<const TableToLoad> tables)
    : tables_(tables) {
  for (const TableToLoad& table : tables) {
    for (const ReferenceToLoad& reference : table.references) {
      if (!reference.late) continue;
      names_.push_back(absl::StrCat(MessageNameOf(*table.model), ".",
                                    ColumnsOf(table, reference)));
    }
  }
}

absl::Status LateReferences::Begin(Transaction& transaction) {
  if (!IsPostgres(transaction)) {
    return transaction.RunScript("PRAGMA defer_foreign_keys = ON");
  }
  const absl::Status status = AlterConstraints(transaction);
  if (status.ok()) return status;
  return absl::Status(
      status.code(),
      absl::StrCat(absl::StrJoin(names_, ", "),
                   names_.size() == 1 ? " must not be NULL and leads"
                                      : " must not be NULL and lead",
                   " in circles, which takes the tables' owner to load: ",
                   status.message()));
}

absl::Status LateReferences::AlterConstraints(Transaction& transaction) {
  for (const TableToLoad& table : tables_) {
    for (const ReferenceToLoad& reference : table.references) {
      if (!reference.late) continue;
      auto found = FindConstraints(transaction.database(), table, reference);
      if (!found.ok()) return found.status();
      for (auto& [alter] : *found) {
        const absl::Status status = transaction.RunScript(
            absl::StrCat(alter, " DEFERRABLE INITIALLY DEFERRED"));
        if (!status.ok()) return status;
        altered_.push_back(std::move(alter));
      }
    }
  }
  // Those that others made deferrable.
  return transaction.RunScript("SET CONSTRAINTS ALL DEFERRED");
}

absl::StatusOr<std::optional<LostRow>> LateReferences::Find(
    Transaction& transaction) const {
  const bool is_postgres = IsPostgres(transaction);
  for (const TableToLoad& table : tables_) {
    for (const ReferenceToLoad& reference : table.references) {
      // SQLite has looked at none of them.
      if (!reference.late && is_postgres) continue;
      auto keys =
          RawQuery(transaction.database(),
                   LostSql(table, reference, transaction.database().dialect()),
                   {})
              .Rows();
      if (!keys.ok()) return keys.status();
      if (!keys->empty()) {
        return LostRow{&table, &reference, std::move((*keys)[0])};
      }
    }
  }
  return std::nullopt;
}

absl::Status LateReferences::End(Transaction& transaction) {
  if (!IsPostgres(transaction)) return absl::OkStatus();
  absl::Status status = transaction.RunScript("SET CONSTRAINTS ALL IMMEDIATE");
  for (const std::string& alter : altered_) {
    if (!status.ok()) return status;
    status = transaction.RunScript(absl::StrCat(alter, " NOT DEFERRABLE"));
  }
  return status;
}

}  // namespace modelservice
