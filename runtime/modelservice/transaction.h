// A transaction in progress, as the bodies of a Database and the hooks of a
// handler are given it:
//
//   absl::Status s = db.Transact([&](Transaction& tx) -> absl::Status {
//     tx.OnCommit([] { Log(Severity::kInfo, "one more customer"); });
//     // An error rolls back.
//     return Objects<Customer>(tx).Create(&customer);
//   });
//
// Ownership: the database's; valid inside of its body. Threads: the body's own.
// Blocking: its methods wait for the database. Errors: the database's
// (db/error.h).
#ifndef MODELSERVICE_TRANSACTION_H_
#define MODELSERVICE_TRANSACTION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/base/attributes.h"
#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/statement.h"

namespace modelservice {

class Database;

// How many rows of each table, by its name; with its schema where the database
// does not look there by itself.
using RowsByTable = std::map<std::string, int64_t>;

// Rows on their way into a table.
class RowSource {
 public:
  virtual ~RowSource() = default;
  // The next row, valid until the next call; nullopt after the last. An error
  // ends the insertion and is its result.
  virtual absl::StatusOr<std::optional<Row>> Next()
      ABSL_ATTRIBUTE_LIFETIME_BOUND = 0;
};

// How much a transaction sees of others, by SQL's names. SQLite has one writer
// at a time, and so always the last.
enum class Isolation : uint8_t {
  kReadCommitted,
  kRepeatableRead,
  kSerializable,
};

struct TransactionOptions {
  bool read_only = false;
  // Of one that writes; what is lost to a conflict is run again.
  Isolation isolation = Isolation::kRepeatableRead;
  // How long one that writes may take, since others may wait for it: after that
  // it is rolled back, and its error is kBusy, which clients see as ABORTED.
  // Default: the database's own limit (`max_write_time`).
  std::optional<absl::Duration> max_time;
};

// A transaction in progress; valid inside the body that was given it, on that
// thread. While a body runs, the blocking methods of its Database join the
// transaction: they see its writes and roll back with it.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // Runs one statement now. A failed statement leaves no trace, and the
  // transaction goes on.
  virtual absl::StatusOr<Outcome> Execute(Statement& statement,
                                          RowSink& sink) = 0;

  // Inserts many rows, each with a value for each of `columns`, by the fastest
  // way that the database has, and says how many. All or nothing. This one runs
  // an INSERT for each.
  virtual absl::StatusOr<int64_t> InsertRows(const Table& table,
                                             absl::Span<const int> columns,
                                             RowSource& rows);

  // Runs a DELETE from `table` and says how many rows are gone of which tables:
  // also those that the database removed with them (ON DELETE CASCADE, and
  // triggers). UNIMPLEMENTED where it cannot tell.
  virtual absl::StatusOr<RowsByTable> CountDeleted(const Table& table,
                                                   Statement& statement);

  // Runs statements of DDL, separated by semicolons; as Execute, together.
  virtual absl::Status RunScript(absl::string_view sql) = 0;

  // Runs `body` in a savepoint: an error undoes what the body wrote, is
  // returned, and the transaction goes on. Savepoints nest.
  virtual absl::Status Savepoint(
      absl::FunctionRef<absl::Status(Transaction&)> body) = 0;

  // Calls `callback` once the transaction is durable, never if it is rolled
  // back (Django's transaction.on_commit). On the thread of the body, which is
  // out of the transaction then: it may block, and write.
  virtual void OnCommit(absl::AnyInvocable<void()> callback) = 0;

  // After a conflict the body is not run again, for it has done what cannot be
  // undone, like taking messages from a stream: the conflict is its error. The
  // call's client is not told to try again either: it gets ABORTED, without a
  // RetryInfo.
  virtual void DoNotRunAgain() = 0;

  virtual Database& database() = 0;

  // Whether this is RunRead's or Read's: a write in it is an error.
  virtual bool read_only() const = 0;

  // The transaction that this thread is inside of on `database`, or null.
  static Transaction* Current(const Database& database);

 protected:
  // Backends hold one of these while a body runs.
  class Scope {
   public:
    explicit Scope(Transaction* transaction);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    friend class Transaction;
    // This thread's innermost scope: a body of one database may use another.
    static Scope*& Innermost();

    Transaction* const transaction_;
    Scope* const outer_;
  };
};

}  // namespace modelservice

#endif  // MODELSERVICE_TRANSACTION_H_
