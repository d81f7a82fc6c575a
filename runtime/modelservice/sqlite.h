// The SQLite backend: a file in WAL mode, read by many threads at once, written
// by one thread that commits what is queued together.
//
//   absl::StatusOr<SqliteOptions> options =
//       ParseSqliteUrl("sqlite:shop.db?synchronous=normal");
//   if (!options.ok()) return options.status();
//   absl::StatusOr<std::unique_ptr<Database>> db = OpenSqlite(*options);
//
// A read of Execute runs in place, on a connection that it leases. Where the
// thread must not wait (base/waiting.h) it does so only while a connection is
// idle and its work is known to be little, or turns out to be; else it runs on
// the executor. Writes run on the writer's thread, which lends its connection,
// between batches, to transactions that write: for at most `max_write_time`.
// Inside of a body of this database the reads of Execute and Open join its
// transaction, as the blocking methods do.
//
// The path ":memory:" is a private database without a file. It has one
// connection that all calls take turns on, and cursors read all rows at once.
//
// A cursor has the snapshot of its first Fetch. While a cursor is open, the
// file's write-ahead log cannot start over and grows.
#ifndef MODELSERVICE_SQLITE_H_
#define MODELSERVICE_SQLITE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/database.h"

namespace modelservice {

struct SqliteOptions {
  // https://sqlite.org/pragma.html#pragma_synchronous
  enum class Synchronous {
    kFull,    // a committed write survives a power cut
    kNormal,  // the last writes may be lost in a power cut
    kOff,     // the file may be damaged by a power cut
  };

  // A file in a folder that can be written, or ":memory:".
  std::string path;
  // Makes the file when there is none.
  bool create = true;
  // Only reads, and leaves the file as it is: it is neither made nor switched
  // to the write-ahead log, and every write is kReadOnly.
  bool read_only = false;
  Synchronous synchronous = Synchronous::kFull;
  // How long a call waits for a lock that another process holds, or for a
  // connection; never longer than its deadline.
  absl::Duration busy_timeout = absl::Seconds(5);
  // The most calls in one commit, and how long it may take calls in: the first
  // of them waits for all that come after it.
  int max_batch = 512;
  absl::Duration max_batch_time = absl::Milliseconds(10);
  // The most bytes of texts and blobs in one commit.
  int max_batch_bytes = 16 << 20;
  // The most statements and transactions that wait to write.
  int max_queue = 10000;
  // How long a transaction may take that writes, since others wait for it.
  absl::Duration max_write_time = absl::Seconds(5);
  // The most connections that read, open cursors among them, and the most of
  // these.
  int max_readers = 64;
  int max_cursors = 48;
  // Bytes of the file's pages that all connections keep together, besides 256
  // MiB of the file that are read in place.
  int cache_size = 64 << 20;
  // The most prepared statements kept by each connection.
  int max_statements = 256;
};

// Reads `sqlite:shop.db`, `sqlite:///absolute/shop.db` or `sqlite::memory:`,
// with the options above as settings, like `?busy_timeout=2s&create=false`.
// %-escapes stand for any character of the path. The error says what is wrong
// with the URL.
absl::StatusOr<SqliteOptions> ParseSqliteUrl(absl::string_view url);

// The error is one line that names the file and the mend.
absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(
    const SqliteOptions& options);

}  // namespace modelservice

#endif  // MODELSERVICE_SQLITE_H_
