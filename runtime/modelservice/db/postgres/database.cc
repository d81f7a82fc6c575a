#include "modelservice/db/postgres/database.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/error.h"
#include "modelservice/db/live_keys.h"
#include "modelservice/db/postgres/attempts.h"
#include "modelservice/db/postgres/cursor.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {
namespace {

int MaxCursors(const PostgresOptions& options) {
  return options.max_cursors.value_or(std::max(1, options.pool_max / 2));
}

}  // namespace

PostgresDatabase::PostgresDatabase(const PostgresOptions& options,
                                   std::unique_ptr<Connection> first)
    : pool_(ConnectionPool::Make(options)),
      cursors_(MaxCursors(options)),
      detour_(*this, pool_),
      lanes_(options, detour_, std::move(first)) {}

void PostgresDatabase::Execute(Execution& execution) {
  if (!execution.statement.writes) {
    if (Transaction* joined = Transaction::Current(*this)) {
      const absl::StatusOr<Outcome> outcome =
          joined->Execute(execution.statement, execution);
      execution.OnDone(outcome.status(), outcome.ok() ? *outcome : Outcome());
      return;
    }
  }
  lanes_.Execute(execution);
}

// To a lane and back is twice from thread to thread.
void PostgresDatabase::ExecuteHere(Execution& execution) {
  if (!execution.statement.writes) {
    const UseCount::Use use(*open_);
    if (use.ok() && detour_.ReadHere(execution)) return;
  }
  lanes_.Execute(execution);
}

absl::Status PostgresDatabase::RunHere(const TransactionOptions& options,
                                       Body& body, const CallLimits* limits) {
  const UseCount::Use use(*open_);
  if (!use.ok()) return ClosedError();
  Callbacks callbacks;
  absl::Status status =
      RunAttempts(*this, *pool_, options, body, limits, &callbacks);
  if (status.ok()) callbacks.Run();
  return status;
}

absl::StatusOr<std::unique_ptr<Cursor>> PostgresDatabase::Open(
    Statement statement, const CallLimits* limits) {
  if (statement.writes) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("a cursor cannot write: ", statement.text));
  }
  if (Transaction::Current(*this) == nullptr) {
    absl::StatusOr<std::shared_ptr<void>> counted = cursors_.Add();
    if (!counted.ok()) return counted.status();
    return std::make_unique<LiveCursor>(
        pool_, LiveCursor::Threads{open_, groups().reads, executor()},
        *std::move(counted), std::move(statement), limits);
  }
  auto rows = std::make_unique<CopiedRows>();
  const absl::StatusOr<Outcome> outcome =
      Run(std::move(statement), *rows, limits);
  if (!outcome.ok()) return outcome.status();
  return std::make_unique<CopiedCursor>(std::move(rows));
}

absl::Status PostgresDatabase::Ask(absl::string_view sql, const Table& table,
                                   RowSink& rows) {
  std::string name;
  PostgresDialect().AppendTable(table.schema, table.name, &name);
  Statement statement;
  statement.text = sql;
  statement.parameters.push_back(Value::Text(name));
  return Run(std::move(statement), rows).status();
}

absl::StatusOr<std::vector<std::string>> PostgresDatabase::ColumnsOf(
    const Table& table) {
  CopiedRows rows;
  // Tables, views and what else has rows, but no indexes.
  auto status =
      Ask("SELECT a.attname::text FROM pg_catalog.pg_attribute a"
          " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
          " WHERE a.attrelid = pg_catalog.to_regclass($1)"
          " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
          " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
          table, rows);
  if (!status.ok()) return status;
  return rows.FirstTexts();
}

absl::StatusOr<std::vector<LiveColumn>> PostgresDatabase::LiveColumnsOf(
    const Table& table) {
  CopiedRows rows;
  // Of a domain the type behind it; collisdeterministic is of PostgreSQL 12.
  auto status = Ask(
      "WITH RECURSIVE behind(place, name, type, modifier, coll) AS ("
      "SELECT a.attnum, a.attname, a.atttypid, a.atttypmod, a.attcollation"
      " FROM pg_catalog.pg_attribute a"
      " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
      " WHERE a.attrelid = pg_catalog.to_regclass($1)"
      " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
      " AND a.attnum > 0 AND NOT a.attisdropped UNION ALL"
      " SELECT b.place, b.name, d.typbasetype, d.typtypmod, b.coll"
      " FROM behind b JOIN pg_catalog.pg_type d ON d.oid = b.type"
      " WHERE d.typtype = 'd')"
      " SELECT b.name::text, pg_catalog.format_type(b.type, b.modifier),"
      " t.typtype::text, t.typname IN ('citext', 'bpchar')"
      " OR coalesce(pg_catalog.to_jsonb(l) ->> 'collisdeterministic' = 'false',"
      " false), t.typname::text"
      " FROM behind b JOIN pg_catalog.pg_type t ON t.oid = b.type"
      " LEFT JOIN pg_catalog.pg_collation l ON l.oid = b.coll"
      " WHERE t.typtype <> 'd' ORDER BY b.place",
      table, rows);
  if (!status.ok()) return status;
  std::vector<LiveColumn> columns;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row row = rows.row(i);
    // An extension's type may lie in a schema.
    const bool is_citext = row[4].text() == "citext";
    columns.push_back(ParseLiveType(row[0].text(),
                                    is_citext ? row[4].text() : row[1].text()));
    if (row[2].text() == "e") columns.back().kind = ColumnKind::kEnum;
    columns.back().loosely_equal = row[3].integer() != 0;
  }
  status = ReadKeys(*this, table, &columns);
  if (!status.ok()) return status;
  return columns;
}

void PostgresDatabase::Report(Measures& to) {
  Database::Report(to);
  lanes_.Report(to);
  pool_->Report(to);
}

PostgresDatabase::~PostgresDatabase() {
  Close();
  // What came later, to be told so.
  FinishGroups();
}

void PostgresDatabase::Close() {
  const MutexLock lock(closing_);
  if (closed_) return;
  closed_ = true;
  // First the bodies, which may be waiting for a lane.
  FinishGroups();
  open_->Close();
  FinishGroups();
  lanes_.Close();
  detour_.Finish();
  pool_->Close();
}

}  // namespace modelservice::postgres
