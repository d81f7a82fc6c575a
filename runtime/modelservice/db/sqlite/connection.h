// One connection to the file: opened with the settings that all share, running
// statements under a call's limits.
#ifndef MODELSERVICE_DB_SQLITE_CONNECTION_H_
#define MODELSERVICE_DB_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <array>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/database.h"
#include "modelservice/db/sqlite/statement_cache.h"
#include "modelservice/sqlite.h"

namespace modelservice::sqlite {

// The path of a database without a file.
constexpr absl::string_view kInMemory = ":memory:";

// Used by one thread at a time, not always the same one. SQLite's own locking
// is off.
class Connection {
 public:
  enum class Mode { kRead, kWrite };

  // The statements that begin and end transactions.
  enum class Control {
    kBegin,
    kBeginImmediate,
    kCommit,
    kRollback,
    kSavepoint,
    kRelease,
    kRollbackTo,
  };

  // What running one statement came to.
  struct Result {
    absl::Status status;
    Outcome outcome;
    // The statement wrote, and then its rows could not be read or the sink
    // refused one: what was written stands until it is rolled back.
    bool must_undo = false;
  };

  // `statements` counts how often a statement was prepared already; it may be
  // null, and else outlives the connection.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(
      const SqliteOptions& options, Mode mode,
      CacheCounts* statements = nullptr);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  absl::StatusOr<StatementCache::Lease> Prepare(absl::string_view text) {
    return statements_.Get(text);
  }
  // Runs `statement`, of which `prepared` is the text, to its end.
  Result Run(PreparedStatement& prepared, const Statement& statement,
             RowSink& sink);
  absl::Status Run(Control control);

  // The error of `code`, which this connection just gave.
  absl::Status Error(int code) const;

  // False once SQLite, by itself or not, has ended the transaction.
  bool in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }
  // Whether COMMIT would fail on a deferred foreign key.
  bool violates_foreign_keys() const;

  // While it lives, `limits` - which may be null - end what runs and waits.
  class LimitsScope {
   public:
    LimitsScope(Connection& connection, const CallLimits* limits)
        : connection_(connection), outer_(connection.limits_) {
      connection.limits_ = limits;
    }
    ~LimitsScope() { connection_.limits_ = outer_; }
    LimitsScope(const LimitsScope&) = delete;
    LimitsScope& operator=(const LimitsScope&) = delete;

   private:
    Connection& connection_;
    const CallLimits* const outer_;
  };

  // While it lives, what runs ends after about two milliseconds, and waits for
  // no lock: for threads that others wait for.
  class Hurry {
   public:
    explicit Hurry(Connection& connection) : connection_(connection) {
      connection.hurried_ = true;
      connection.hurry_until_ = kNever;
      connection.gave_up_ = false;
    }
    ~Hurry() { connection_.hurried_ = false; }
    Hurry(const Hurry&) = delete;
    Hurry& operator=(const Hurry&) = delete;
    // Whether something was ended by this.
    bool gave_up() const { return connection_.gave_up_; }

   private:
    Connection& connection_;
  };

  // How many bytes of the file's pages it may keep.
  void KeepPages(int bytes) {
    if (bytes != cache_bytes_) SetCacheSize(bytes);
  }

  const CallLimits* limits() const { return limits_; }
  sqlite3* handle() const { return handle_.get(); }

 private:
  Connection(sqlite3* handle, const SqliteOptions& options,
             CacheCounts* statements);

  Result RunOne(PreparedStatement& prepared, absl::Span<const Value> parameters,
                bool single_row, RowSink& sink);
  void ReadBack(const Statement& statement, RowSink& sink, Result* result);

  // For Open: the settings, and a first look into the file.
  absl::Status SetUp(const SqliteOptions& options, Mode mode);

  void SetCacheSize(int bytes);

  // Called by SQLite.
  static int OnProgress(void* connection) noexcept;
  static int OnBusy(void* connection, int calls) noexcept;
  static int Authorize(void* connection, int action, const char*, const char*,
                       const char*, const char*) noexcept;

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };

  // Before what it prepared, so that it is closed after.
  const std::unique_ptr<sqlite3, Close> handle_;
  StatementCache statements_;
  std::array<sqlite3_stmt*, 7> controls_ = {};
  bool in_control_ = false;
  const CallLimits* limits_ = nullptr;
  const absl::Duration busy_timeout_;
  SteadyTime busy_until_;
  // Hurry's; kNever until the first look.
  bool hurried_ = false;
  bool gave_up_ = false;
  SteadyTime hurry_until_ = kNever;
  int cache_bytes_ = -1;  // SQLite's own until it is set
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_CONNECTION_H_
