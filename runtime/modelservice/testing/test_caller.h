// Who calls in a test, without a token or a password.
//
//   modelservice::TestServer::Options options;
//   options.test_callers = true;
//   ...
//   grpc::ClientContext context;
//   modelservice::TestCaller("ann").Role("editor").Claim("team", "night")
//       .AddTo(context);
//
// The server then knows the caller as it would know one of another
// authenticator's: access, limits, OWNER columns and hooks see the same. It is
// for tests alone: whoever may call such a server may be anybody.
#ifndef MODELSERVICE_TESTING_TEST_CALLER_H_
#define MODELSERVICE_TESTING_TEST_CALLER_H_

#include <grpcpp/client_context.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/authenticator.h"
#include "modelservice/principal.h"

namespace modelservice {

// Describes a caller. May be used for several calls.
class TestCaller {
 public:
  explicit TestCaller(absl::string_view subject);

  TestCaller& Role(absl::string_view role);
  // "shop.add_customer", as Django writes them.
  TestCaller& Permission(absl::string_view permission);
  TestCaller& Superuser();
  TestCaller& Claim(absl::string_view name, absl::string_view value);

  // The call is this caller's.
  void AddTo(grpc::ClientContext& context) const;
  // For CallContextBuilder::Principal.
  const modelservice::Principal& principal() const { return principal_; }

 private:
  modelservice::Principal principal_;
};

// What knows such callers; for a test that starts its server itself.
class TestCallers final : public Authenticator {
 public:
  bool Recognizes(const CallContext& call) const override;
  absl::StatusOr<modelservice::Principal> Authenticate(
      const CallContext& call) override;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_TEST_CALLER_H_
