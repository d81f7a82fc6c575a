#include "modelservice/db/sqlite/database.h"

#include <sqlite3.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/sqlite/cursor.h"
#include "modelservice/db/sqlite/errors.h"
#include "modelservice/db/sqlite/script.h"
#include "modelservice/db/sqlite/transaction.h"

namespace modelservice {
namespace sqlite {

SqliteDatabase::SqliteDatabase(const SqliteOptions& options)
    : in_memory_(options.path == kInMemory),
      writers_(std::make_shared<ConnectionPool>(
          options, Connection::Mode::kWrite, /*most=*/1)),
      readers_(in_memory_ ? writers_
                          : std::make_shared<ConnectionPool>(
                                options, Connection::Mode::kRead,
                                options.max_readers)),
      writer_(*this, *writers_, options) {}

absl::Status SqliteDatabase::Start() {
  // The writer first: it makes the file.
  absl::Status status = writers_->Take(nullptr).status();
  if (status.ok()) status = readers_->Take(nullptr).status();
  return status;
}

void SqliteDatabase::Execute(Execution& execution) {
  if (execution.statement.writes) {
    writer_.Submit(execution);
    return;
  }
  const Connection::Result result = ReadOne(execution);
  execution.OnDone(result.status, result.outcome);
}

Connection::Result SqliteDatabase::ReadOne(Execution& execution) {
  Connection::Result result;
  if (Transaction* joined = Transaction::Current(*this)) {
    result.status = joined->Execute(execution.statement, execution).status();
    return result;
  }
  result.status = CheckLimits(execution.limits);
  if (!result.status.ok()) return result;
  const absl::StatusOr<ConnectionPool::Lease> connection =
      readers_->Take(execution.limits);
  if (!connection.ok()) {
    result.status = connection.status();
    return result;
  }
  const absl::StatusOr<StatementCache::Lease> prepared =
      (*connection)->Prepare(execution.statement.text);
  if (!prepared.ok()) {
    result.status = prepared.status();
    return result;
  }
  if (!(*prepared)->read_only()) {
    result.status = MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("Statement::writes is not set, but this writes: ",
                     execution.statement.text));
    return result;
  }
  const Connection::LimitsScope scope(**connection, execution.limits);
  return (*connection)->Run(**prepared, execution.statement, execution);
}

void SqliteDatabase::RunRead(Body body, const CallLimits* limits, Done done) {
  Callbacks callbacks;
  const absl::Status status = RunReadBody(body, limits, &callbacks);
  if (status.ok()) callbacks.Run();
  done(status);
}

absl::Status SqliteDatabase::RunReadBody(Body& body, const CallLimits* limits,
                                         Callbacks* callbacks) {
  if (Transaction* joined = Transaction::Current(*this)) {
    return NoThrow([&] { return body(*joined); });
  }
  absl::Status status = CheckLimits(limits);
  if (!status.ok()) return status;
  const absl::StatusOr<ConnectionPool::Lease> connection =
      readers_->Take(limits);
  if (!connection.ok()) return connection.status();
  const Connection::LimitsScope scope(**connection, limits);
  SqliteTransaction transaction(*this, **connection, /*read_only=*/true);
  status = RunBetween(**connection, Connection::Control::kBegin,
                      [&] { return transaction.Run(body); });
  *callbacks = transaction.TakeCallbacks();
  return status;
}

void SqliteDatabase::RunWrite(Body body, const CallLimits* limits, Done done) {
  writer_.Submit(std::move(body), limits, std::move(done));
}

absl::StatusOr<std::unique_ptr<Cursor>> SqliteDatabase::Open(
    Statement statement, const CallLimits* limits) {
  if (!in_memory_ && Transaction::Current(*this) == nullptr) {
    return LiveCursor::Open(readers_, std::move(statement), limits);
  }
  auto rows = std::make_unique<CopiedRows>();
  const absl::StatusOr<Outcome> outcome =
      Run(std::move(statement), *rows, limits);
  if (!outcome.ok()) return outcome.status();
  return std::make_unique<CopiedCursor>(std::move(rows));
}

absl::StatusOr<std::vector<std::string>> SqliteDatabase::ColumnsOf(
    const Table& table) {
  Statement statement;
  // Generated columns too (hidden is 2 or 3), which table_info leaves out.
  statement.text =
      "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden<>1 ORDER BY cid";
  statement.parameters.push_back(Value::Text(table.name));
  CopiedRows rows;
  const absl::StatusOr<Outcome> outcome = Run(std::move(statement), rows);
  if (!outcome.ok()) return outcome.status();
  return rows.FirstTexts();
}

void SqliteDatabase::Close() {
  const std::lock_guard<std::mutex> lock(closing_);
  if (closed_) return;
  closed_ = true;
  writer_.Close();
  readers_->Close();
  const absl::StatusOr<ConnectionPool::Lease> connection =
      writers_->Take(nullptr);
  if (connection.ok()) {
    // Brings the log into the file as far as nobody reads it. Closing the last
    // connection does the rest.
    sqlite3_wal_checkpoint_v2((*connection)->handle(), "main",
                              SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  writers_->Close();
}

}  // namespace sqlite

namespace {

// Without them SQLite takes one lock, of the whole process, for each
// allocation. Fails, and harmlessly, once something else has used SQLite.
void LeaveOutMemoryStatistics() {
  static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(code);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(
    const SqliteOptions& options) {
  LeaveOutMemoryStatistics();
  if (sqlite3_threadsafe() == 0) {
    return absl::FailedPreconditionError(
        "this SQLite was built without support for threads");
  }
  if (options.path.empty() || options.max_batch < 1 ||
      options.max_readers < 1 || options.max_statements < 1) {
    return absl::InvalidArgumentError(
        "SqliteOptions: path must be set, and max_batch, max_readers and "
        "max_statements at least 1");
  }
  auto database = std::make_unique<sqlite::SqliteDatabase>(options);
  absl::Status status = database->Start();
  if (!status.ok()) return status;
  return database;
}

}  // namespace modelservice
