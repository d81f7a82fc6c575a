// Between perf.proto's messages, rows, and what clients are told of them.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_USER_MESSAGES_H_
#define TESTS_BENCHMARK_HANDWRITTEN_USER_MESSAGES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "handwritten/user_row.h"
#include "perf.pb.h"

namespace handwritten {

// The columns that a write sets, by bit: the table's, in order, but the key.
enum UserColumn : unsigned {
  kUsername = 1,
  kEmail = 2,
  kCreatedAt = 4,
  kIsActive = 8,
  kScore = 16,
  kAllColumns = 31,
};
constexpr absl::string_view kColumnNames[] = {"username", "email", "created_at",
                                              "is_active", "score"};

// Its text is the message's.
UserRow RowOf(const perf::User& user);

// The fields that are set.
unsigned ColumnsOf(const perf::PartialUpdateUserRequest& request);

absl::Status NotFound(int64_t id);
absl::Status TextIsNotUtf8();

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_USER_MESSAGES_H_
