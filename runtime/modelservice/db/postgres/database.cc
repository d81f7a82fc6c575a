#include "modelservice/db/postgres/database.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/postgres/attempts.h"
#include "modelservice/db/postgres/cursor.h"
#include "modelservice/db/postgres/transaction.h"

namespace modelservice::postgres {

PostgresDatabase::PostgresDatabase(const PostgresOptions& options,
                                   std::unique_ptr<Connection> first)
    : pool_(ConnectionPool::Make(options)), lanes_(options, std::move(first)) {}

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

void PostgresDatabase::RunRead(Body body, const CallLimits* limits, Done done) {
  if (Transaction* joined = Transaction::Current(*this)) {
    done(NoThrow([&] { return body(*joined); }));
    return;
  }
  RunBody(std::move(body), limits, /*read_only=*/true, std::move(done));
}

void PostgresDatabase::RunWrite(Body body, const CallLimits* limits,
                                Done done) {
  RunBody(std::move(body), limits, /*read_only=*/false, std::move(done));
}

void PostgresDatabase::RunBody(Body body, const CallLimits* limits,
                               bool read_only, Done done) {
  pool_->Use(limits, [this, body = std::move(body), limits, read_only,
                      done = std::move(done)](
                         absl::StatusOr<ConnectionPool::Lease> lease) mutable {
    absl::Status status = lease.status();
    if (status.ok()) {
      Callbacks callbacks;
      {
        // Given back before anything else is called.
        ConnectionPool::Lease place = *std::move(lease);
        status = RunAttempts(*this, place, body, limits, read_only, &callbacks);
      }
      if (status.ok()) callbacks.Run();
    }
    done(status);
  });
}

absl::StatusOr<std::unique_ptr<Cursor>> PostgresDatabase::Open(
    Statement statement, const CallLimits* limits) {
  if (statement.writes) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("a cursor cannot write: ", statement.text));
  }
  if (Transaction::Current(*this) == nullptr) {
    return std::make_unique<LiveCursor>(pool_, std::move(statement), limits);
  }
  auto rows = std::make_unique<CopiedRows>();
  const absl::StatusOr<Outcome> outcome =
      Run(std::move(statement), *rows, limits);
  if (!outcome.ok()) return outcome.status();
  return std::make_unique<CopiedCursor>(std::move(rows));
}

absl::StatusOr<std::vector<std::string>> PostgresDatabase::ColumnsOf(
    const Table& table) {
  std::string name;
  PostgresDialect().AppendTable(table.schema, table.name, &name);
  Statement statement;
  // Tables, views and what else has rows, but no indexes.
  statement.text =
      "SELECT a.attname::text FROM pg_catalog.pg_attribute a"
      " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid"
      " WHERE a.attrelid = pg_catalog.to_regclass($1)"
      " AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
      " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
  statement.parameters.push_back(Value::Text(name));
  CopiedRows rows;
  const absl::StatusOr<Outcome> outcome = Run(std::move(statement), rows);
  if (!outcome.ok()) return outcome.status();
  return rows.FirstTexts();
}

void PostgresDatabase::Close() {
  const std::lock_guard<std::mutex> lock(closing_);
  if (closed_) return;
  closed_ = true;
  // First the bodies, which may be waiting for a lane.
  pool_->Close();
  lanes_.Close();
}

}  // namespace modelservice::postgres
