// The rows of a List, piece by piece on one snapshot.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_SQLITE_CURSOR_H_
#define TESTS_BENCHMARK_HANDWRITTEN_SQLITE_CURSOR_H_

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "handwritten/sqlite/reader.h"
#include "handwritten/user_row.h"

namespace handwritten::sqlite {

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

}  // namespace handwritten::sqlite

#endif  // TESTS_BENCHMARK_HANDWRITTEN_SQLITE_CURSOR_H_
