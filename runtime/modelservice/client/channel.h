// Connections that clients share.
#ifndef MODELSERVICE_CLIENT_CHANNEL_H_
#define MODELSERVICE_CLIENT_CHANNEL_H_

#include <grpcpp/channel.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/mutex.h"
#include "modelservice/client.h"

namespace modelservice::client {

// How many more attempts a server is asked for. Each failure that would be
// tried again takes one token, each success brings a tenth: a server that fails
// most calls is not made to fail more of them. As gRPC's retryThrottling.
class RetryBudget {
 public:
  // Whether a call that failed may be tried again.
  bool Failed();
  void Succeeded();

 private:
  static constexpr int kMost = 10000;  // hundredths of a token

  Mutex mutex_;
  int left_ ABSL_GUARDED_BY(mutex_) = kMost;
};

// gRPC's channel, with what all who use it share.
struct Connection {
  explicit Connection(std::shared_ptr<grpc::Channel> made);

  const std::shared_ptr<grpc::Channel> channel;
  RetryBudget budget;
};

// The one for the address and the other options that a connection has, made
// when there is none. It is closed when the last one lets go of it. Errors are
// of the address and of the files of `tls`; whether a server is there is not
// looked at.
absl::StatusOr<std::shared_ptr<Connection>> Connect(
    const ClientOptions& options, absl::string_view service);

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_CHANNEL_H_
