// The token of a client's calls, from the function that its options have.
#ifndef MODELSERVICE_CLIENT_TOKEN_SOURCE_H_
#define MODELSERVICE_CLIENT_TOKEN_SOURCE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/client.h"

namespace modelservice::client {

// Thread-safe.
class TokenSource {
 public:
  using Ask = std::function<absl::StatusOr<ClientToken>()>;

  explicit TokenSource(Ask ask) : ask_(std::move(ask)) {}

  // Whether calls have one.
  explicit operator bool() const { return ask_ != nullptr; }

  // Another one than `refused`, which is empty at first. One thread asks; the
  // others take the token that is there while it is good, or wait for the
  // answer: until `end`, or until the call of `limits`, which may be null, is
  // cancelled.
  absl::StatusOr<std::string> Get(const std::string& refused, SteadyTime end,
                                  const CallLimits* limits);

 private:
  // Whether it may be sent for as long as `left`.
  bool IsGood(const std::string& refused, absl::Duration left) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Wait(SteadyTime end, const CallLimits* limits)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<ClientToken> AskSafely() const;

  const Ask ask_;
  Mutex mutex_;
  CondVar answered_;
  bool asking_ ABSL_GUARDED_BY(mutex_) = false;
  // How often it was asked, and how that ended last.
  uint64_t answers_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status last_ ABSL_GUARDED_BY(mutex_);
  ClientToken token_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_TOKEN_SOURCE_H_
