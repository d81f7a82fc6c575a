// SQLite's C interface, just tidy enough: owned handles, no hidden cost.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SQLITE_CONNECTION_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "handwritten/user_row.h"

namespace handwritten::sqlite {

// ?1 id.
inline constexpr char kRetrieve[] =
    "SELECT id, username, email, created_at, is_active, score"
    " FROM perf_user WHERE id = ?1";

// A prepared statement. Text is bound without a copy: it must live until Reset.
class Statement {
 public:
  Statement() = default;

  explicit operator bool() const { return handle_ != nullptr; }

  void Bind(int parameter, int64_t value);
  void Bind(int parameter, double value);
  void Bind(int parameter, absl::string_view value);
  // SQLite's result code.
  int Step() { return sqlite3_step(handle_.get()); }
  // Ends the run, and with it the read transaction of a lone SELECT.
  void Reset() { sqlite3_reset(handle_.get()); }
  // The row of a SELECT of all columns, in the table's order.
  UserRow Row() const;

 private:
  friend class Connection;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

// Used by one thread at a time.
class Connection {
 public:
  enum class Mode { kRead, kWrite };

  static absl::StatusOr<Connection> Open(const std::string& path, Mode mode);

  absl::StatusOr<Statement> Prepare(absl::string_view sql);
  int64_t LastInsertedKey() const;
  int64_t Changes() const;
  bool InTransaction() const;
  int ExtendedError() const;
  std::string ErrorText() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace handwritten::sqlite

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SQLITE_CONNECTION_H_
