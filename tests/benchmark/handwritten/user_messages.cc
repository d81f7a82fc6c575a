#include "handwritten/user_messages.h"

#include "absl/strings/str_cat.h"

namespace handwritten {

UserRow RowOf(const perf::User& user) {
  UserRow row;
  row.id = user.id();
  row.username = user.username();
  row.email = user.email();
  row.created_at = user.created_at();
  row.is_active = user.is_active();
  row.score = user.score();
  return row;
}

unsigned ColumnsOf(const perf::PartialUpdateUserRequest& request) {
  return (request.has_username() ? kUsername : 0u) |
         (request.has_email() ? kEmail : 0u) |
         (request.has_created_at() ? kCreatedAt : 0u) |
         (request.has_is_active() ? kIsActive : 0u) |
         (request.has_score() ? kScore : 0u);
}

absl::Status NotFound(int64_t id) {
  return absl::NotFoundError(absl::StrCat("User: ", id, " not found!"));
}

absl::Status TextIsNotUtf8() {
  return absl::DataLossError("The row holds text that is not UTF-8.");
}

}  // namespace handwritten
