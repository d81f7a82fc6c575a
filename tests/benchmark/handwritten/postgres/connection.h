// libpq's pipeline mode, just tidy enough: owned handles, no hidden cost.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_CONNECTION_H_
#define TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "handwritten/user_row.h"

namespace handwritten::postgres {

// Values of a prepared statement, in binary. Text is not copied.
class Parameters {
 public:
  void Add(int64_t value);
  void Add(bool value);
  void Add(double value);
  void Add(absl::string_view value);

 private:
  friend class Connection;
  static constexpr int kMost = 6;

  void AddBytes(const char* bytes, int size);

  int count_ = 0;
  const char* values_[kMost];
  int sizes_[kMost];
  int formats_[kMost];
  char numbers_[kMost][8];
};

// What a statement gave.
class Result {
 public:
  Result() = default;
  explicit Result(PGresult* handle) : handle_(handle) {}

  ExecStatusType kind() const { return PQresultStatus(handle_.get()); }
  bool ok() const {
    return kind() == PGRES_TUPLES_OK || kind() == PGRES_COMMAND_OK;
  }
  // PostgreSQL's error, as the status that a client sees.
  absl::Status Error() const;

  int rows() const { return PQntuples(handle_.get()); }
  int64_t ChangedRows() const;
  int64_t Key(int row) const;
  // The row of a SELECT of all columns, in the table's order. Lives as long as
  // the result.
  UserRow Row(int row) const;

 private:
  struct Clear {
    void operator()(PGresult* handle) const { PQclear(handle); }
  };

  std::unique_ptr<PGresult, Clear> handle_;
};

// In pipeline mode, and used by one thread at a time. Whatever was sent has one
// result, in its order.
class Connection {
 public:
  static absl::StatusOr<Connection> Open(const std::string& url);

  // Each returns false when the connection is lost. Sent at last by SendSync,
  // which ends an implicit transaction and has a result, too.
  bool SendPrepare(const std::string& name, const std::string& sql);
  bool SendPrepared(const char* name, const Parameters& parameters);
  bool SendText(const char* sql);
  bool SendSync();

  // Waits for the next result.
  absl::StatusOr<Result> Receive();
  // Waits for the results up to the next sync's. `committed` is the first error
  // among them: the transaction was rolled back.
  absl::Status ReceiveUntilSync(absl::Status* committed);

 private:
  struct Finish {
    void operator()(PGconn* handle) const { PQfinish(handle); }
  };

  absl::Status Lost() const;

  std::unique_ptr<PGconn, Finish> handle_;
};

absl::Status LostConnection();

}  // namespace handwritten::postgres

#endif  // TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_CONNECTION_H_
