// One List: its request, and its rows piece by piece on one snapshot.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_CURSOR_H_
#define TESTS_BENCHMARK_HANDWRITTEN_CURSOR_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "reader.h"
#include "user_row.h"

namespace handwritten {

struct ListRequest {
  // A page token is the decimal id of the last row of the page before.
  static absl::StatusOr<ListRequest> Parse(const grpc::ByteBuffer& bytes);
  static absl::StatusOr<ListRequest> ParseForRows(
      const grpc::ByteBuffer& bytes);

  int page_size = 0;  // 0: not given
  int64_t after_id = 0;
};

// Not thread-safe, but may move between threads. Holds a reader until it is
// closed or destroyed.
class Cursor {
 public:
  // `max_rows` -1: all.
  static absl::StatusOr<Cursor> Open(ReaderPool& readers, int64_t after_id,
                                     int64_t max_rows);
  Cursor(Cursor&&) = default;
  Cursor& operator=(Cursor&&) = default;
  ~Cursor() { Close(); }

  // The next row, which lives until the next call; null after the last one and
  // after an error, which `status` then tells.
  const UserRow* Next();
  const absl::Status& status() const { return status_; }
  void Close();

 private:
  explicit Cursor(ReaderPool::Lease reader) : reader_(std::move(reader)) {}

  ReaderPool::Lease reader_;
  UserRow row_;
  absl::Status status_;
};

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_CURSOR_H_
