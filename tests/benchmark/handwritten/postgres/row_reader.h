// The rows of a List in batches: a cursor on a connection of its own, with the
// next batch on its way while one is used.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_ROW_READER_H_
#define TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_ROW_READER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handwritten/postgres/connection.h"

namespace handwritten::postgres {

// What rows to read.
struct RowRange {
  int64_t after_id = 0;
  int64_t max_rows = -1;  // -1: all
  int rows_per_batch = 512;
};

// Used by one thread at a time, for one range after the other. Of no use after
// an error.
class RowReader {
 public:
  static absl::StatusOr<RowReader> Open(const std::string& url);

  absl::Status Start(const RowRange& range);
  // The next rows; none after the last ones.
  absl::StatusOr<Result> Next();
  // Ends the transaction, wherever it stands.
  absl::Status Stop();

 private:
  explicit RowReader(Connection connection)
      : connection_(std::move(connection)) {}

  bool SendFetch();

  Connection connection_;
  std::string fetch_;
  int rows_per_batch_ = 0;
  int fetching_ = 0;  // batches on their way
};

}  // namespace handwritten::postgres

#endif  // TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_ROW_READER_H_
