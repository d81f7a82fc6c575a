// Finds out who calls, as an interceptor.
//
//   Authentication authentication(std::move(authenticators), executor, 64);
//
// The first authenticator that recognises the call's credentials decides: the
// call gets its principal, or ends with its error. A caller without credentials
// is anonymous, and so, as in Django REST framework, is one whose credentials
// nobody recognises, like those of another scheme: permissions say what the
// anonymous may do. A database that cannot be asked is UNAVAILABLE, never bad
// credentials.
//
// UNAUTHENTICATED calls, also those that permissions refuse, are told in the
// trailer `www-authenticate` what to send (RFC 9110, 11.6.1).
#ifndef MODELSERVICE_GUARD_AUTHENTICATION_H_
#define MODELSERVICE_GUARD_AUTHENTICATION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/authenticator.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/task_group.h"
#include "modelservice/guard/measured_interceptor.h"

namespace modelservice {

class Authentication final : public MeasuredInterceptor {
 public:
  // Authenticators that block run on `executor`, which outlives this; of those
  // that hash at most `most_hashing` callers wait for their turn.
  Authentication(std::vector<std::unique_ptr<Authenticator>> authenticators,
                 Executor& executor, int most_hashing);

  void Start(CallContext& call, Done done) override;
  void After(CallContext& call, absl::Status& status) override;
  void Report(Measures& to) override;

 private:
  absl::Status Decide(Authenticator& authenticator, CallContext& call);

  const std::vector<std::unique_ptr<Authenticator>> authenticators_;
  // What the anonymous are told.
  std::string challenges_;
  Executor& executor_;
  // For those that hash passwords: that takes long, and must not take all.
  TaskGroup hashing_;
  Counter authenticated_;
  Counter anonymous_;
  Counter refused_;
  Counter failed_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTHENTICATION_H_
