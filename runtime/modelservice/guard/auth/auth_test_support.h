// A real gRPC server around authenticators, for tests: it answers every call
// with who it takes the caller for.
#ifndef MODELSERVICE_GUARD_AUTH_AUTH_TEST_SUPPORT_H_
#define MODELSERVICE_GUARD_AUTH_AUTH_TEST_SUPPORT_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/authenticator.h"
#include "modelservice/guard/authentication.h"
#include "modelservice/principal.h"

namespace modelservice {

// What a client sees.
struct AuthAnswer {
  grpc::StatusCode code;
  std::string message;
  std::string reason;     // of ErrorInfo
  std::string challenge;  // www-authenticate
  Principal principal;
};

class AuthServer {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  // Runs behind authentication; an error ends the call.
  using Method = std::function<absl::Status(CallContext&)>;

  // Without credentials the port is not encrypted.
  explicit AuthServer(
      std::vector<std::unique_ptr<Authenticator>> authenticators,
      Method method = nullptr, int threads = 4,
      std::shared_ptr<grpc::ServerCredentials> credentials = nullptr);
  // With one authenticator.
  static std::unique_ptr<AuthServer> With(
      absl::StatusOr<std::unique_ptr<Authenticator>> authenticator);
  ~AuthServer();

  AuthAnswer Call(const Headers& headers,
                  std::chrono::milliseconds timeout = std::chrono::seconds(30));
  // With `authorization`.
  AuthAnswer Call(const std::string& authorization) {
    return Call(Headers{{"authorization", authorization}});
  }
  // Over a channel with these credentials, whose certificate is for
  // "localhost".
  AuthAnswer CallWith(std::shared_ptr<grpc::ChannelCredentials> credentials);
  // How often a cache had what it was asked for, and had not.
  std::pair<double, double> HitsAndMisses(const std::string& cache);

 private:
  class Service;

  AuthAnswer CallOver(const std::shared_ptr<grpc::Channel>& channel,
                      const Headers& headers,
                      std::chrono::milliseconds timeout);

  Executor executor_;
  Authentication authentication_;
  std::unique_ptr<Service> service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// "Basic " and what RFC 7617 makes of a name and a password.
std::string BasicHeader(absl::string_view name, absl::string_view password);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_AUTH_TEST_SUPPORT_H_
