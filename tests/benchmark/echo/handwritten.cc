// The echo service by hand, until SIGTERM.
//
//   benchmark_handwritten_echo --address=127.0.0.1:50051 --api=callback
//
// The callback API answers on the thread that received the call, where nothing
// may wait. In methods of the synchronous API anything may, as in ours.
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/synchronization/mutex.h"
#include "echo.grpc.pb.h"

ABSL_FLAG(std::string, address, "127.0.0.1:50051", "host:port to listen on");
ABSL_FLAG(std::string, api, "callback", "callback or sync");

namespace {

class CallbackEcho final : public perf::EchoService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const perf::EchoRequest* request,
                                 perf::EchoResponse* response) override {
    response->set_text(request->text());
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class SyncEcho final : public perf::EchoService::Service {
 public:
  grpc::Status Echo(grpc::ServerContext*, const perf::EchoRequest* request,
                    perf::EchoResponse* response) override {
    response->set_text(request->text());
    return grpc::Status::OK;
  }
};

std::unique_ptr<grpc::Service> MakeService(const std::string& api) {
  if (api == "callback") return std::make_unique<CallbackEcho>();
  if (api == "sync") return std::make_unique<SyncEcho>();
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  // Blocked before any thread starts, so that all of them inherit it.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Debian's abseil looks for cycles of locks unless it is told not to.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);

  const std::unique_ptr<grpc::Service> service =
      MakeService(absl::GetFlag(FLAGS_api));
  if (service == nullptr) {
    std::fprintf(stderr, "--api is neither callback nor sync\n");
    return 1;
  }
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::GetFlag(FLAGS_address),
                           grpc::InsecureServerCredentials());
  builder.RegisterService(service.get());
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  int received;
  sigwait(&signals, &received);
  server->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(2));
  return 0;
}
