#include "modelservice/db/sqlite/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/copied_rows.h"
#include "modelservice/db/error.h"
#include "modelservice/db/live_keys.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/sqlite/cursor.h"
#include "modelservice/db/sqlite/errors.h"
#include "modelservice/db/sqlite/script.h"
#include "modelservice/db/sqlite/transaction.h"

namespace modelservice {
namespace sqlite {
namespace {

// A read that takes less does not keep a thread that others wait for.
constexpr std::chrono::milliseconds kQuick(1);

using Speed = PreparedStatement::Speed;

// Of a view nothing is known, but that it shows columns as they are.
void NoteCollations(sqlite3* handle, const Table& table,
                    std::vector<LiveColumn>* columns) {
  const std::string name(table.name);
  for (LiveColumn& column : *columns) {
    const char* collation = nullptr;
    const int code = sqlite3_table_column_metadata(
        handle, nullptr, name.c_str(), column.name.c_str(), nullptr, &collation,
        nullptr, nullptr, nullptr);
    column.loosely_equal = code == SQLITE_OK && collation != nullptr &&
                           sqlite3_stricmp(collation, "BINARY") != 0;
  }
}

}  // namespace

SqliteDatabase::SqliteDatabase(const SqliteOptions& options)
    : in_memory_(options.path == kInMemory),
      place_(std::make_shared<FilePlace>(options.path)),
      writers_(std::make_shared<ConnectionPool>(
          options, place_, Connection::Mode::kWrite,
          /*most=*/1, options.cache_size / 4)),
      readers_(in_memory_ ? writers_
                          : std::make_shared<ConnectionPool>(
                                options, place_, Connection::Mode::kRead,
                                options.max_readers,
                                options.cache_size - options.cache_size / 4)),
      // Not all readers: other calls go on.
      cursors_(std::make_shared<Cursors>(
          *this, in_memory_ ? options.max_cursors
                            : std::min(options.max_cursors,
                                       std::max(1, options.max_readers - 1)))),
      max_readers_(options.max_readers),
      max_write_time_(options.max_write_time),
      writer_(*writers_, options) {}

absl::Status SqliteDatabase::Start() {
  if (!writer_.started().ok()) return writer_.started();
  // The writer first: it makes the file.
  absl::Status status = writers_->Take(nullptr).status();
  if (!status.ok() || in_memory_) return status;
  place_->Remember();
  // As many as there are threads of gRPC to read in place.
  std::vector<ConnectionPool::Lease> open;
  const int usual =
      std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 2, 16);
  for (int i = 0; i < std::min(usual, max_readers_); ++i) {
    absl::StatusOr<ConnectionPool::Lease> reader = readers_->Take(nullptr);
    if (!reader.ok()) return reader.status();
    open.push_back(*std::move(reader));
  }
  return absl::OkStatus();
}

void SqliteDatabase::Execute(Execution& execution) {
  if (execution.statement.writes) {
    writer_.Submit(execution);
  } else if (!NoWaiting::Here() || Transaction::Current(*this) != nullptr) {
    ReadHere(execution);
  } else if (!ReadInAHurry(execution)) {
    slow_reads().Post(execution.limits,
                      [this, &execution](const absl::Status& admitted) {
                        if (admitted.ok()) return ReadHere(execution);
                        execution.OnDone(admitted, Outcome());
                      });
  }
}

void SqliteDatabase::ReadHere(Execution& execution) {
  const Connection::Result result = ReadOne(execution);
  execution.OnDone(result.status, result.outcome);
}

bool SqliteDatabase::ReadInAHurry(Execution& execution) {
  std::optional<ConnectionPool::Lease> connection = readers_->TakeIdle();
  if (!connection.has_value()) return false;
  Connection::Result result;
  result.status = CheckLimits(execution.limits);
  if (result.status.ok()) {
    const Connection::Hurry hurry(**connection);
    const absl::StatusOr<StatementCache::Lease> prepared =
        (*connection)->Prepare(execution.statement.text);
    if (prepared.ok()) {
      const Speed speed = (*prepared)->speed;
      const bool quick = execution.statement.quick ? speed != Speed::kSlow
                                                   : speed == Speed::kQuick;
      if (!quick) return false;
    }
    result = ReadOn(**connection, prepared, execution);
    if (!result.status.ok() && hurry.gave_up()) {
      if (prepared.ok()) (*prepared)->speed = Speed::kSlow;
      execution.OnRestart();
      return false;
    }
  }
  // First the connection goes back.
  connection.reset();
  execution.OnDone(result.status, result.outcome);
  return true;
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
  return ReadOn(**connection, prepared, execution);
}

Connection::Result SqliteDatabase::ReadOn(
    Connection& connection,
    const absl::StatusOr<StatementCache::Lease>& prepared,
    Execution& execution) {
  Connection::Result result;
  result.status = prepared.status();
  if (result.status.ok() && !(*prepared)->read_only()) {
    result.status = MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("Statement::writes is not set, but this writes: ",
                     execution.statement.text));
  }
  if (!result.status.ok()) return result;
  const Connection::LimitsScope scope(connection, execution.limits);
  // What is known to be quick does not ask for the time.
  if (execution.statement.quick && (*prepared)->speed != Speed::kSlow) {
    return connection.Run(**prepared, execution.statement, execution);
  }
  const SteadyTime start = SteadyNow();
  result = connection.Run(**prepared, execution.statement, execution);
  (*prepared)->speed =
      SteadyNow() - start > kQuick ? Speed::kSlow : Speed::kQuick;
  return result;
}

absl::Status SqliteDatabase::RunHere(const TransactionOptions& options,
                                     Body& body, const CallLimits* limits) {
  Callbacks callbacks;
  const absl::Status status =
      options.read_only
          ? ReadBody(body, limits, &callbacks)
          : WriteBody(body, limits, options.max_time.value_or(max_write_time_),
                      &callbacks);
  if (!status.ok()) return status;
  // They may wait for another body.
  LeaveGroup(options.read_only);
  callbacks.Run();
  return status;
}

absl::Status SqliteDatabase::ReadBody(Body& body, const CallLimits* limits,
                                      Callbacks* callbacks) {
  absl::Status status = CheckLimits(limits);
  if (!status.ok()) return status;
  const absl::StatusOr<ConnectionPool::Lease> connection =
      readers_->Take(limits);
  if (!connection.ok()) return connection.status();
  const Connection::LimitsScope scope(**connection, limits);
  SqliteTransaction transaction(*this, **connection);
  status = transaction.Run(body);
  *callbacks = transaction.TakeCallbacks();
  return status;
}

absl::Status SqliteDatabase::WriteBody(Body& body, const CallLimits* limits,
                                       absl::Duration max_time,
                                       Callbacks* callbacks) {
  auto* const loan = new Loan(limits, max_time);
  absl::StatusOr<Connection*> connection = nullptr;
  {
    const SqlWait waits;
    writer_.Submit(*loan);
    connection = loan->Wait();
  }
  absl::Status status = connection.status();
  if (status.ok()) {
    SqliteTransaction transaction(*this, **connection, *loan);
    status = transaction.Run(body);
    *callbacks = transaction.TakeCallbacks();
  }
  // First the connection goes back.
  loan->End();
  return status;
}

absl::StatusOr<std::unique_ptr<Cursor>> SqliteDatabase::Open(
    Statement statement, const CallLimits* limits) {
  absl::Status status = CheckLimits(limits);
  if (!status.ok()) return status;
  if (Transaction::Current(*this) != nullptr) {
    auto rows = std::make_unique<CopiedRows>();
    status = Run(std::move(statement), *rows, limits).status();
    if (!status.ok()) return status;
    return std::make_unique<CopiedCursor>(std::move(rows));
  }
  status = cursors_->Add();
  if (!status.ok()) return status;
  if (in_memory_) {
    return std::make_unique<CopyingCursor>(cursors_, std::move(statement),
                                           limits);
  }
  return std::make_unique<LiveCursor>(readers_, cursors_, std::move(statement),
                                      limits);
}

absl::StatusOr<std::vector<std::string>> SqliteDatabase::ColumnsOf(
    const Table& table) {
  CopiedRows rows;
  if (auto status = AskColumns(table, rows); !status.ok()) return status;
  return rows.FirstTexts();
}

absl::Status SqliteDatabase::AskColumns(const Table& table, RowSink& rows) {
  Statement statement;
  // Generated columns too (hidden is 2 or 3), which table_info leaves out.
  statement.text =
      "SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden<>1 "
      "ORDER BY cid";
  statement.parameters.push_back(Value::Text(table.name));
  return Run(std::move(statement), rows).status();
}

absl::StatusOr<std::vector<LiveColumn>> SqliteDatabase::LiveColumnsOf(
    const Table& table) {
  CopiedRows rows;
  if (auto status = AskColumns(table, rows); !status.ok()) return status;
  std::vector<LiveColumn> columns;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row row = rows.row(i);
    columns.push_back(ParseLiveType(row[0].text(), row[1].text()));
  }
  if (auto status = ReadKeys(*this, table, &columns); !status.ok()) {
    return status;
  }
  if (Transaction* const joined = Transaction::Current(*this)) {
    // There may be no other connection.
    NoteCollations(static_cast<SqliteTransaction*>(joined)->handle(), table,
                   &columns);
    return columns;
  }
  const absl::StatusOr<ConnectionPool::Lease> connection =
      readers_->Take(nullptr);
  if (!connection.ok()) return connection.status();
  NoteCollations((*connection)->handle(), table, &columns);
  return columns;
}

void SqliteDatabase::Report(Measures& to) {
  Database::Report(to);
  writer_.Report(to);
  to.AddCache("statements", writers_->statements());
  if (readers_ == writers_) return;
  readers_->Report("readers", to);
  to.AddCache("statements", readers_->statements());
}

void SqliteDatabase::Close() {
  const MutexLock lock(closing_);
  if (closed_) return;
  closed_ = true;
  // First the bodies, which may be waiting for the writer; and what cursors
  // post meanwhile.
  FinishGroups();
  cursors_->Close();
  FinishGroups();
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
      options.max_batch_bytes < 1 || options.max_queue < 1 ||
      options.max_readers < 1 || options.max_cursors < 1 ||
      options.max_statements < 1 || options.cache_size < 1 ||
      options.max_write_time <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "SqliteOptions: path must be set, max_batch, max_batch_bytes, "
        "max_queue, max_readers, max_cursors, max_statements and cache_size at "
        "least 1, and max_write_time above 0");
  }
  auto database = std::make_unique<sqlite::SqliteDatabase>(options);
  absl::Status status = database->Start();
  if (!status.ok()) return status;
  return database;
}

}  // namespace modelservice
