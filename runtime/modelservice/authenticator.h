// One way to find out who calls. A server asks its authenticators in order: the
// first that recognises the call's credentials decides; when none does, the
// caller is anonymous.
//
//   class ApiKeys : public modelservice::Authenticator {
//    public:
//     bool Recognizes(const CallContext& call) const override {
//       return call.metadata("x-api-key").has_value();
//     }
//     absl::StatusOr<Principal> Authenticate(
//         const CallContext& call) override {
//       const auto caller = callers_.find(*call.metadata("x-api-key"));
//       if (caller == callers_.end()) {
//         return absl::UnauthenticatedError("Unknown API key.");
//       }
//       return caller->second;
//     }
//
//    private:
//     std::map<std::string, Principal, std::less<>> callers_;
//   };
//
//   registry.AddAuthenticator<ApiKeys>("api_key");
//
// The settings name it: `authenticator { custom: "api_key" }`.
//
// Ownership: the registry's, and then the server's; `call` lives until the
// function returns. Threads: one object serves every call of a server, from
// many threads at once.
#ifndef MODELSERVICE_AUTHENTICATOR_H_
#define MODELSERVICE_AUTHENTICATOR_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "modelservice/call_context.h"
#include "modelservice/principal.h"

namespace modelservice {

class Measures;

class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // Whether the call carries credentials of this kind, good or bad. Cheap, and
  // does not wait: it runs on gRPC's thread.
  virtual bool Recognizes(const CallContext& call) const = 0;
  // Who calls. UNAUTHENTICATED for bad credentials, with words for the client,
  // who is also told the Challenge. Any other error ends the call with it: a
  // database that cannot be asked is not the caller's fault. Once a call, after
  // Recognizes said true.
  virtual absl::StatusOr<Principal> Authenticate(const CallContext& call) = 0;
  // The same as something that calls share, for one that remembers what it
  // found out: a principal with its claims costs microseconds to copy.
  virtual absl::StatusOr<std::shared_ptr<const Principal>> AuthenticateShared(
      const CallContext& call) {
    absl::StatusOr<Principal> principal = Authenticate(call);
    if (!principal.ok()) return principal.status();
    return std::make_shared<const Principal>(*std::move(principal));
  }
  // How a client is told which credentials to send, as HTTP's
  // `www-authenticate` does: "Bearer", `Basic realm="api"`. Empty: it is not.
  virtual std::string Challenge() const { return ""; }
  // Whether Authenticate may wait or compute for long: then it runs on the
  // executor, else on gRPC's thread, where waiting is refused in words.
  virtual bool blocking() const { return false; }
  // Whether it hashes a password: then only some threads of the executor do so
  // at a time, and not many callers wait for them (`max_password_queue`).
  virtual bool hashes() const { return false; }
  // Numbers of its own (base/measures.h), to be shown with the server's. From
  // any thread.
  virtual void Report(Measures& /*to*/) const {}
};

}  // namespace modelservice

#endif  // MODELSERVICE_AUTHENTICATOR_H_
