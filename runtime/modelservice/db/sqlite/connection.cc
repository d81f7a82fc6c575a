#include "modelservice/db/sqlite/connection.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/sqlite/errors.h"
#include "modelservice/db/sqlite/extensions.h"

namespace modelservice::sqlite {
namespace {

constexpr const char* kControls[] = {
    "BEGIN",       "BEGIN IMMEDIATE", "COMMIT",        "ROLLBACK",
    "SAVEPOINT s", "RELEASE s",       "ROLLBACK TO s",
};

// SQLite's virtual instructions between two looks at the limits: about 100 us.
constexpr int kProgressInterval = 4096;
// Of a statement that must not keep its thread, from its first look.
constexpr std::chrono::milliseconds kHurriedTime(2);

int64_t Changes(sqlite3* handle) {
#if SQLITE_VERSION_NUMBER >= 3037000
  return sqlite3_changes64(handle);
#else
  return sqlite3_changes(handle);
#endif
}

}  // namespace

Connection::Connection(sqlite3* handle, const SqliteOptions& options,
                       CacheCounts* statements)
    : handle_(handle),
      statements_(handle, static_cast<size_t>(options.max_statements),
                  statements),
      busy_timeout_(options.busy_timeout) {
  sqlite3_busy_handler(handle, OnBusy, this);
  sqlite3_progress_handler(handle, kProgressInterval, OnProgress, this);
  // Out of memory, statements say what they miss.
  (void)AddExtensions(handle);
  sqlite3_set_authorizer(handle, Authorize, this);
}

Connection::~Connection() {
  for (sqlite3_stmt* control : controls_) sqlite3_finalize(control);
  // Closing may wait for locks, when this object is half gone.
  sqlite3_busy_handler(handle(), nullptr, nullptr);
}

Connection::Result Connection::Run(PreparedStatement& prepared,
                                   const Statement& statement, RowSink& sink) {
  Result result =
      RunOne(prepared, statement.parameters, statement.single_row, sink);
  if (!statement.read_back.empty() && result.status.ok() &&
      result.outcome.changes > 0) {
    ReadBack(statement, sink, &result);
  }
  return result;
}

void Connection::ReadBack(const Statement& statement, RowSink& sink,
                          Result* result) {
  const absl::StatusOr<StatementCache::Lease> select =
      Prepare(statement.read_back);
  if (!select.ok()) {
    result->status = select.status();
  } else {
    const absl::Span<const Value> parameters = statement.parameters;
    const size_t shared = (*select)->parameter_count();
    result->status = RunOne(**select, parameters.last(shared),
                            /*single_row=*/true, sink)
                         .status;
  }
  result->must_undo = !result->status.ok();
}

Connection::Result Connection::RunOne(PreparedStatement& prepared,
                                      absl::Span<const Value> parameters,
                                      bool single_row, RowSink& sink) {
  Result result;
  result.status = prepared.Bind(parameters);
  if (!result.status.ok()) return result;
  const bool writes = !prepared.read_only();
  int before = 0;
  if (writes) {
    before = sqlite3_total_changes(handle());
    sqlite3_set_last_insert_rowid(handle(), 0);
  }

  int code = prepared.Step();
  while (code == SQLITE_ROW) {
    result.status = NoThrow([&] { return sink.OnRow(prepared.row()); });
    if (!result.status.ok()) {
      result.must_undo = writes;
      prepared.Reset();
      return result;
    }
    // Also for one row, a write has to come to its end.
    code = single_row && !writes ? SQLITE_DONE : prepared.Step();
  }
  if (code != SQLITE_DONE) {
    result.status = Error(code);
  } else if (writes && sqlite3_total_changes(handle()) != before) {
    // Both are those of an earlier statement where this one changed no row.
    result.outcome.changes = Changes(handle());
    result.outcome.inserted_key = sqlite3_last_insert_rowid(handle());
  }
  prepared.Reset();
  return result;
}

absl::Status Connection::Run(Control control) {
  // Nothing stops a transaction from being ended.
  const LimitsScope scope(
      *this, control == Control::kBeginImmediate ? limits_ : nullptr);
  in_control_ = true;
  sqlite3_stmt*& statement = controls_[static_cast<size_t>(control)];
  int code = SQLITE_OK;
  if (statement == nullptr) {
    code =
        sqlite3_prepare_v3(handle(), kControls[static_cast<size_t>(control)],
                           -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  }
  if (code == SQLITE_OK) code = sqlite3_step(statement);
  absl::Status status;
  if (code != SQLITE_DONE) status = Error(code);
  sqlite3_reset(statement);
  in_control_ = false;
  return status;
}

absl::Status Connection::Error(int code) const {
  // What interrupts, or ends a wait for a lock, may be a look at the limits.
  if ((code & 0xff) == SQLITE_INTERRUPT || (code & 0xff) == SQLITE_BUSY) {
    absl::Status limits = CheckLimits(limits_);
    if (!limits.ok()) return limits;
  }
  return ErrorOf(code, sqlite3_errmsg(handle()));
}

// Not waiting for a lock, for whoever gives a connection back may be one who
// must not. It fails while another process has the file for itself, and is done
// the next time then.
void Connection::SetCacheSize(int bytes) {
  const Hurry hurry(*this);
  const std::string sql =
      absl::StrCat("PRAGMA cache_size=-", std::max(1, bytes / 1024));
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) ==
      SQLITE_OK) {
    cache_bytes_ = bytes;
  }
}

bool Connection::violates_foreign_keys() const {
  int violations = 0;
  int high_water = 0;
  sqlite3_db_status(handle(), SQLITE_DBSTATUS_DEFERRED_FKS, &violations,
                    &high_water, /*resetFlg=*/0);
  return violations != 0;
}

int Connection::OnProgress(void* connection) noexcept {
  auto* self = static_cast<Connection*>(connection);
  if (self->hurried_) {
    const SteadyTime now = SteadyNow();
    // What is over sooner does not ask for the time.
    if (self->hurry_until_ == kNever) self->hurry_until_ = now + kHurriedTime;
    if (now >= self->hurry_until_) {
      self->gave_up_ = true;
      return 1;
    }
  }
  const CallLimits* limits = self->limits_;
  return limits == nullptr || CheckLimits(limits).ok() ? 0 : 1;
}

int Connection::OnBusy(void* connection, int calls) noexcept {
  auto* self = static_cast<Connection*>(connection);
  if (self->hurried_) {
    self->gave_up_ = true;
    return 0;
  }
  if (calls == 0) self->busy_until_ = After(self->busy_timeout_);
  const absl::Duration left = Until(self->busy_until_);
  if (left <= absl::ZeroDuration() || !CheckLimits(self->limits_).ok()) {
    return 0;
  }
  // Short at first, for most locks are; then 20 times a second.
  const absl::Duration nap = absl::Milliseconds(std::min(1 + calls, 50));
  absl::SleepFor(std::min(nap, left));
  return 1;
}

int Connection::Authorize(void* connection, int action, const char*,
                          const char*, const char*, const char*) noexcept {
  const auto* self = static_cast<const Connection*>(connection);
  const bool control =
      action == SQLITE_TRANSACTION || action == SQLITE_SAVEPOINT;
  return control && !self->in_control_ ? SQLITE_DENY : SQLITE_OK;
}

}  // namespace modelservice::sqlite
