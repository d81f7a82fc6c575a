#include "modelservice/db/cursor_count.h"

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"

namespace modelservice {

absl::StatusOr<std::shared_ptr<void>> CursorCount::Add() {
  if (open_->fetch_add(1) >= most_) {
    open_->fetch_sub(1);
    return BoundReached(
        absl::StrCat("There are ", most_,
                     " streams of rows open, as many as the database has "
                     "cursors for (max_cursors); try again later."),
        "TOO_MANY_CURSORS");
  }
  return std::shared_ptr<void>(nullptr,
                               [open = open_](void*) { open->fetch_sub(1); });
}

}  // namespace modelservice
