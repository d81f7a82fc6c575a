// One call: who calls, what, from where, and until when.
//
//   absl::Status Customers::BeforeCreate(CallContext& call, Customer& customer)
//   {
//     if (call.metadata("x-tenant") != "acme") return
//     absl::PermissionDeniedError("...");
//     ...
//   }
//
// Lives as long as the call. Used by one thread at a time, but for deadline()
// and cancelled(), which any thread may ask.
#ifndef MODELSERVICE_SERVICE_CALL_CONTEXT_H_
#define MODELSERVICE_SERVICE_CALL_CONTEXT_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/db/database.h"

namespace grpc {
class ServerContextBase;
}

namespace modelservice {

// Who calls. Anonymous has no subject.
struct Principal {
  std::string subject;
  bool is_anonymous() const { return subject.empty(); }
};

class CallContext final : public CallLimits {
 public:
  // `method` is "/shop.CustomerService/Retrieve". `grpc` is null outside of a
  // server, as in a unit test: then there is no peer, metadata or deadline.
  CallContext(absl::string_view method, grpc::ServerContextBase* grpc)
      : method_(method), grpc_(grpc) {}

  absl::string_view method() const { return method_; }
  // As gRPC writes it: "ipv4:127.0.0.1:5000", "unix:/path".
  std::string peer() const;
  // The first value of a request header; keys are lower-case.
  std::optional<absl::string_view> metadata(absl::string_view key) const;
  // Adds a trailer to the answer; the key in lower case.
  void AddTrailer(const std::string& key, const std::string& value);

  absl::Time deadline() const override;
  bool cancelled() const override;

  const Principal& principal() const { return principal_; }
  void set_principal(Principal principal) { principal_ = std::move(principal); }

 private:
  absl::string_view method_;
  grpc::ServerContextBase* grpc_;
  Principal principal_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CALL_CONTEXT_H_
