// One row of perf_user, and its wire format.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_USER_ROW_H_
#define TESTS_BENCHMARK_HANDWRITTEN_USER_ROW_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace handwritten {

// Its text belongs to whoever made the row: a statement, until its next step,
// or a request.
struct UserRow {
  int64_t id = 0;
  absl::string_view username;
  absl::string_view email;
  int64_t created_at = 0;
  bool is_active = false;
  double score = 0;
};

// Whether the row's text may be sent.
bool HasValidText(const UserRow& row);

// A perf.User with the row's values.
grpc::ByteBuffer EncodeUser(const UserRow& row);

// Collects rows into a perf.ListUsersResponse.
class PageEncoder {
 public:
  void Add(const UserRow& row);
  void SetNextPageToken(absl::string_view token);
  // The message so far; the encoder is empty afterwards and keeps its memory.
  grpc::ByteBuffer Take();

 private:
  uint8_t* Reserve(size_t bytes);

  std::vector<uint8_t> bytes_;
  size_t size_ = 0;
};

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_USER_ROW_H_
