// An address where gRPC tells of this process's connections: channelz.
//
//   auto channelz = ChannelzServer::Start("127.0.0.1:9465");
//   if (!channelz.ok()) return channelz.status();
//
// It is a port of its own, for channelz knows no callers: who reaches it sees
// every client's address. Ownership: of the port. Threads: gRPC's.
#ifndef MODELSERVICE_OBSERVE_CHANNELZ_SERVER_H_
#define MODELSERVICE_OBSERVE_CHANNELZ_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace modelservice {

class ChannelzServer {
 public:
  // Serves grpc.channelz.v1.Channelz, and nothing else, at host:port, with port
  // 0 for a free one, until it is destroyed. UNAVAILABLE when the address
  // cannot be had, FAILED_PRECONDITION where this was built without gRPC's
  // library for it.
  static absl::StatusOr<std::unique_ptr<ChannelzServer>> Start(
      const std::string& address);
  virtual ~ChannelzServer() = default;

  // With the port that a port 0 became.
  virtual const std::string& address() const = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_OBSERVE_CHANNELZ_SERVER_H_
