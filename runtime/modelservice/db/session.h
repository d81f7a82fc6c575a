// A connection of one's own to a database: for what is to stand outside of
// transactions, or between several, like the migrations of a schema.
//
//   absl::StatusOr<std::unique_ptr<DatabaseSession>> session =
//   OpenSession(url); absl::Status done = (*session)->Run("CREATE INDEX
//   CONCURRENTLY ...");
//
// Ownership: the caller's. Threads: one at a time. Blocking: everything waits.
// Errors: the database's (db/error.h).
#ifndef MODELSERVICE_DB_SESSION_H_
#define MODELSERVICE_DB_SESSION_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

class DatabaseSession {
 public:
  virtual ~DatabaseSession() = default;

  virtual const Dialect& dialect() const = 0;

  // One that writes, if need be after others: on SQLite it is the only one from
  // here on. Destroyed within it, a session takes it back.
  virtual absl::Status Begin() = 0;
  virtual absl::Status Commit() = 0;
  virtual absl::Status Rollback() = 0;

  // Statements, separated by semicolons, whose rows nobody wants.
  virtual absl::Status Run(absl::string_view sql) = 0;

  // One statement with `?` for each of `values`.
  virtual absl::StatusOr<std::vector<std::vector<Literal>>> Rows(
      absl::string_view sql, absl::Span<const Literal> values = {}) = 0;

  // Told, while statements run, how many rows were written since this was
  // called; only SQLite knows. None: nobody is told.
  virtual void set_progress(std::function<void(int64_t rows)> progress) = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_SESSION_H_
