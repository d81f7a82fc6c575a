// Which threads may wait.
//
// gRPC's callback threads and those that write for everybody must not: while
// one of them waits, all calls do. They are marked, and the library's blocking
// calls refuse to be made there, in words that name the mend.
#ifndef MODELSERVICE_BASE_WAITING_H_
#define MODELSERVICE_BASE_WAITING_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// While it lives, its thread must not wait.
class NoWaiting {
 public:
  NoWaiting() { ++Depth(); }
  ~NoWaiting() { --Depth(); }
  NoWaiting(const NoWaiting&) = delete;
  NoWaiting& operator=(const NoWaiting&) = delete;

  // Whether this thread must not.
  static bool Here() { return Depth() > 0; }

 private:
  static int& Depth() {
    static thread_local int depth = 0;
    return depth;
  }
};

// FAILED_PRECONDITION where this thread must not wait; `what` would.
inline absl::Status CheckMayWait(absl::string_view what) {
  if (!NoWaiting::Here()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(what,
                   " waits, and this code runs on a thread that must not, of "
                   "gRPC or of the database: let blocking() of the "
                   "interceptor, permission or authenticator return true, or "
                   "do it in a method or hook"));
}

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_WAITING_H_
