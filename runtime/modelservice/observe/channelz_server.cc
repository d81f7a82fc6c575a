#include "modelservice/observe/channelz_server.h"

#ifdef MODELSERVICE_HAS_CHANNELZ
#include <grpc/grpc.h>
#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#endif

#include "absl/strings/str_cat.h"
#include "modelservice/base/url.h"

namespace modelservice {

#ifdef MODELSERVICE_HAS_CHANNELZ
namespace {

// What looks is a tool, one or two at a time.
constexpr int kMostStreams = 10;
constexpr int kMostRequest = 4096;

// Of what gRPC gives to every server of the process, channelz alone: reflection
// would tell the program's descriptors to whoever comes.
class OnlyChannelz final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    plugins->erase(std::remove_if(plugins->begin(), plugins->end(),
                                  [](const auto& plugin) {
                                    return plugin->name() != "channelz_service";
                                  }),
                   plugins->end());
  }
};

class RunningChannelz final : public ChannelzServer {
 public:
  RunningChannelz(std::unique_ptr<grpc::Server> server, std::string address)
      : server_(std::move(server)), address_(std::move(address)) {}
  ~RunningChannelz() override {
    // Nobody waits for what looks at a server that ends.
    server_->Shutdown(absl::ToChronoTime(absl::Now()));
    server_->Wait();
  }

  const std::string& address() const override { return address_; }

 private:
  const std::unique_ptr<grpc::Server> server_;
  const std::string address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ChannelzServer>> ChannelzServer::Start(
    const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos) {
    return absl::InvalidArgumentError(absl::StrCat(
        "channelz_address: \"", address,
        "\" is no address; write host:port, as in 127.0.0.1:9465"));
  }
  if (auto port = CheckPort(address); !port.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("channelz_address: ", port.message()));
  }
  // For every server that is built from here on; ours for clients has none of
  // it.
  grpc::channelz::experimental::InitChannelzService();
  grpc::ServerBuilder builder;
  builder.SetOption(std::make_unique<OnlyChannelz>());
  builder.SetMaxReceiveMessageSize(kMostRequest);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMostStreams);
  // Another server's port is no port for this one.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // It does not tell of itself.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  int port = 0;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(
        absl::StrCat("channelz_address: cannot listen at ", address,
                     "; is the port taken, or the address another machine's?"));
  }
  return std::make_unique<RunningChannelz>(
      std::move(server), absl::StrCat(address.substr(0, colon + 1), port));
}

#else

absl::StatusOr<std::unique_ptr<ChannelzServer>> ChannelzServer::Start(
    const std::string& address) {
  return absl::FailedPreconditionError(absl::StrCat(
      "channelz_address is ", address,
      ", and this was built without grpcpp_channelz, a library of gRPC's; "
      "build again where it is (Debian: libgrpc++-dev), or drop the setting"));
}

#endif

}  // namespace modelservice
