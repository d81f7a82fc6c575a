// The token of a client's calls, from the function that its options have.
#ifndef MODELSERVICE_CLIENT_TOKEN_SOURCE_H_
#define MODELSERVICE_CLIENT_TOKEN_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/client.h"

namespace modelservice::client {

// One thread at a time asks; the others take the token that is there while it
// is good, or wait for the answer. Thread-safe.
class TokenSource : public std::enable_shared_from_this<TokenSource> {
 public:
  using Ask = std::function<absl::StatusOr<ClientToken>()>;
  using Then = std::function<void(const absl::StatusOr<std::string>& token)>;

  // Empty: no call has one.
  explicit TokenSource(Ask ask) : ask_(std::move(ask)) {}

  // Another one than `refused`, which is empty at first. Waits until `end` at
  // the longest, or until the call of `limits`, which may be null, is
  // cancelled; asks on this thread where nobody does.
  absl::StatusOr<std::string> Get(const std::string& refused, SteadyTime end,
                                  const CallLimits* limits);
  // Does not wait: calls `then` once, here where a token is at hand, else on a
  // thread of its own, by `end`.
  void GetAside(SteadyTime end, Then then);

 private:
  struct Waiter {
    SteadyTime end;
    Then then;
  };

  // Whether the token may be sent for as long as `left`.
  bool IsGood(const std::string& refused, absl::Duration left) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Wait(SteadyTime end, const CallLimits* limits)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What came of asking last.
  absl::StatusOr<std::string> Outcome(const std::string& refused) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Asks, and tells those who wait. asking_ has been set for it.
  void AskNow() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<ClientToken> AskSafely() const;
  // Tells waiters whose time is over, as long as there are any.
  void Watch() ABSL_LOCKS_EXCLUDED(mutex_);

  const Ask ask_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool asking_ ABSL_GUARDED_BY(mutex_) = false;
  bool watching_ ABSL_GUARDED_BY(mutex_) = false;
  // How often it was asked, and how that ended last.
  uint64_t answers_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status last_ ABSL_GUARDED_BY(mutex_);
  ClientToken token_ ABSL_GUARDED_BY(mutex_);
  std::vector<Waiter> waiters_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_TOKEN_SOURCE_H_
