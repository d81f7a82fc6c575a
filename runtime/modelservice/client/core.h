// What all calls of one client share.
#ifndef MODELSERVICE_CLIENT_CORE_H_
#define MODELSERVICE_CLIENT_CORE_H_

#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "modelservice/base/clock.h"
#include "modelservice/client.h"
#include "modelservice/client/channel.h"
#include "modelservice/client/token_source.h"

namespace modelservice::client {

// Thread-safe.
class Core {
 public:
  // By the address of the options, or over a channel that is there.
  Core(absl::string_view service, ClientOptions options);
  Core(std::shared_ptr<grpc::Channel> channel, ClientOptions options);

  // Whether there is anything to call.
  const absl::Status& status() const { return connection_.status(); }
  Connection& connection() const { return **connection_; }
  const ClientOptions& options() const { return options_; }

  // When a call that begins now ends at the latest.
  SteadyTime EndOf(const CallOptions& call) const;

  // gRPC's side of one attempt: deadline, headers, who calls. `token` is from
  // Token. What is over already is DEADLINE_EXCEEDED or CANCELLED.
  absl::StatusOr<std::unique_ptr<grpc::ClientContext>> NewContext(
      const CallOptions& call, SteadyTime end, const std::string& token) const;

  // What came of it. gRPC does not say of a call whose time is over that no
  // server was there all the while, as where it waits for one, or a firewall
  // drops what is sent.
  absl::Status StatusOf(const grpc::Status& answer) const;

  // The token for a call that ends at `end`; empty when it needs none. Another
  // one than `refused`, which is empty at first.
  absl::StatusOr<std::string> Token(const CallOptions& call, SteadyTime end,
                                    const std::string& refused) const;
  // The same without waiting: `then` is called once, here or on a thread that
  // may wait.
  void TokenAside(const CallOptions& call, SteadyTime end,
                  TokenSource::Then then) const;

 private:
  const absl::StatusOr<std::shared_ptr<Connection>> connection_;
  // Only of such a channel gRPC tells the state.
  const bool has_address_;
  const ClientOptions options_;
  const std::shared_ptr<TokenSource> tokens_;
};

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_CORE_H_
