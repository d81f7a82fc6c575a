#include "modelservice/server/grpc_process.h"

#include <grpc/grpc.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_plugin.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"

namespace modelservice {
namespace {

class NoPlugins final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    plugins->erase(std::remove_if(plugins->begin(), plugins->end(),
                                  [](const auto& plugin) {
                                    const std::string name = plugin->name();
                                    return name == "proto_server_reflection" ||
                                           name == "channelz_service";
                                  }),
                   plugins->end());
  }
};

}  // namespace

void PrepareGrpc() {
  // Never shut down: the last one to leave gRPC 1.51 may wait 10 s for a poller
  // that finished a large write, and so would the end of the process.
  static const bool initialised = (grpc_init(), true);
  (void)initialised;
  // gRPC's locks are abseil's, and a build of abseil with assertions, as
  // Debian's is, looks for cycles at each: 7% of a call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // Ours is bounded (health_service.h).
  grpc::EnableDefaultHealthCheckService(false);
}

std::unique_ptr<grpc::ServerBuilderOption> WithoutPlugins() {
  return std::make_unique<NoPlugins>();
}

}  // namespace modelservice
