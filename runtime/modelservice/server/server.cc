#include "modelservice/server/server.h"

#include <grpc/grpc.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>

#include <algorithm>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/log.h"
#include "modelservice/server/credentials.h"
#include "modelservice/server/guards.h"
#include "modelservice/server/health.h"
#include "modelservice/server/visibility.h"
#include "modelservice/service/page_token.h"
#include "modelservice/service/raw_service.h"
#include "modelservice/service/runtime.h"
#include "modelservice/service/stream_keeper.h"

namespace modelservice {
namespace {

// For the answers of calls that are refused at the end, before all connections
// are closed; and how long calls have that were cancelled.
constexpr absl::Duration kAnswers = absl::Milliseconds(200);
constexpr absl::Duration kPatience = absl::Milliseconds(900);

Bounds BoundsOf(const Settings& settings) {
  Bounds bounds;
  bounds.reply_bytes = static_cast<size_t>(settings.max_reply_bytes());
  bounds.total_size = settings.max_total_size();
  bounds.stream_bytes = static_cast<size_t>(settings.max_stream_bytes());
  return bounds;
}

}  // namespace

// In the order of construction; destroyed from the end, so that nothing
// outlives what it uses.
struct Server::Parts {
  Parts(Registry registry, const Settings& settings,
        std::unique_ptr<Database> database, std::unique_ptr<LimitStore> limits)
      : registry(std::move(registry)),
        settings(settings),
        database(std::move(database)),
        limits(limits != nullptr
                   ? std::move(limits)
                   : NewMemoryLimitStore(
                         {settings.rate_limits().maximum_keys(), nullptr})),
        tokens(settings.secret_key()),
        executor(std::make_shared<Executor>(Executor::Options{
            settings.workers(), static_cast<size_t>(settings.max_queue()),
            // Streams that wait for their clients keep theirs.
            settings.workers() + settings.max_streams()})),
        budget({settings.maximum_concurrent_rpcs(), settings.max_streams(),
                settings.max_reading_streams()}),
        streams(absl::Seconds(settings.idle_stream())) {
    this->database->set_row_signals(this->registry.row_signals());
    this->database->set_executor(executor);
  }

  ServerParts ForServices() {
    return {*database, tokens,  registry.signals(), *executor, budget,
            streams,   visible, BoundsOf(settings)};
  }

  Registry registry;
  const Settings settings;
  std::unique_ptr<Database> database;
  const std::unique_ptr<LimitStore> limits;
  const PageTokens tokens;
  const std::shared_ptr<Executor> executor;
  CallBudget budget;
  StreamKeeper streams;
  VisibleRows visible;
  std::unique_ptr<Guards> guards;
  std::vector<std::unique_ptr<ServiceRuntime>> runtimes;
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<HealthMonitor> health;
  std::string address;
};

namespace {

// Whole-process switches of gRPC, which must be set before a builder is made.
void PrepareGrpc(const Settings& settings) {
  // Never shut down: the last one to leave gRPC 1.51 may wait 10 s for a poller
  // that finished a large write, and so would the end of the process.
  static const bool initialised = (grpc_init(), true);
  (void)initialised;
  // gRPC's locks are abseil's, and a build of abseil with assertions, as
  // Debian's is, looks for cycles at each: 7% of a call.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  grpc::EnableDefaultHealthCheckService(settings.health());
}

// Reflection of this server alone. Linking gRPC's library is enough to give it
// to every server of the process, also to one that is not to have it.
class Reflection final : public grpc::ServerBuilderOption {
 public:
  explicit Reflection(bool wanted) : wanted_(wanted) {}

  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>*
                         plugins) override {
    auto ours =
        std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>();
    const std::string name = ours->name();
    plugins->erase(std::remove_if(plugins->begin(), plugins->end(),
                                  [&](const auto& plugin) {
                                    return plugin->name() == name;
                                  }),
                   plugins->end());
    if (wanted_) plugins->push_back(std::move(ours));
  }

 private:
  const bool wanted_;
};

// Whether gRPC would listen on another port than the address says: it takes
// 99999 for 34463, the lower 16 bits.
bool HasPortPastTheLast(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) return false;
  const size_t colon = address.rfind(':');
  uint64_t port = 0;
  return colon != absl::string_view::npos &&
         absl::SimpleAtoi(address.substr(colon + 1), &port) && port > 65535;
}

std::string AddressWithPort(const std::string& address, int port) {
  if (absl::StartsWith(address, "unix:")) return address;
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    Registry registry, const Settings& settings,
    std::unique_ptr<Database> database, std::unique_ptr<LimitStore> limits) {
  if (HasPortPastTheLast(settings.address())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot listen on ", settings.address(), ": ports end at 65535"));
  }
  auto parts = std::make_shared<Parts>(std::move(registry), settings,
                                       std::move(database), std::move(limits));
  auto guards = Guards::Make(parts->registry, parts->settings, *parts->database,
                             *parts->limits, *parts->executor);
  if (!guards.ok()) return guards.status();
  parts->guards = *std::move(guards);
  const auto credentials = MakeCredentials(settings);
  if (!credentials.ok()) return credentials.status();
  PrepareGrpc(settings);
  grpc::ServerBuilder builder;
  // Else a second server on a busy port would take half of its calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Nobody asks for channelz' counts.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.SetMaxReceiveMessageSize(settings.max_request_bytes());
  builder.SetOption(std::make_unique<Reflection>(settings.reflection()));
  int port = 0;
  builder.AddListeningPort(settings.address(), *credentials, &port);
  for (Registry::Entry& entry : parts->registry.entries()) {
    if (entry.handler == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat(entry.service->name,
                       " has custom methods: add a class that implements them, "
                       "registry.Add<...>()"));
    }
    auto chains = parts->guards->ChainsOf(*entry.service);
    if (!chains.ok()) return chains.status();
    parts->runtimes.push_back(std::make_unique<ServiceRuntime>(
        *entry.service, std::move(entry.handler), entry.overrides,
        parts->ForServices(), *std::move(chains)));
    parts->services.push_back(
        MakeRawService(*entry.service, *parts->runtimes.back()));
    builder.RegisterService(parts->services.back().get());
    auto status =
        AddVisibleRows(parts->runtimes.back()->plan(),
                       parts->registry.permissions(), &parts->visible);
    if (!status.ok()) return status;
  }
  for (const auto& runtime : parts->runtimes) {
    auto status = CheckVisibleReferences(runtime->plan(), parts->visible);
    if (!status.ok()) return status;
  }
  parts->server = builder.BuildAndStart();
  const bool unix_socket = absl::StartsWith(settings.address(), "unix:");
  if (parts->server == nullptr || (port == 0 && !unix_socket)) {
    return absl::UnavailableError(absl::StrCat(
        "cannot listen on ", settings.address(),
        ": the port is taken or the address is not this machine's; choose "
        "another --address"));
  }
  parts->address = AddressWithPort(settings.address(), port);
  if (auto* health = parts->server->GetHealthCheckService()) {
    std::vector<std::string> names;
    for (const Registry::Entry& entry : parts->registry.entries()) {
      names.emplace_back(entry.service->name);
    }
    parts->health = std::make_unique<HealthMonitor>(*health, *parts->database,
                                                    std::move(names));
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

const std::string& Server::address() const { return parts_->address; }

Database& Server::database() { return *parts_->database; }

bool Server::Stop(absl::Duration grace) {
  if (stopped_) return ended_;
  stopped_ = true;
  const SteadyTime start = SteadyNow();
  if (parts_->health != nullptr) parts_->health->Stop();

  // On a thread of its own, for a method may not end when its call does. Then
  // that thread has what the method uses.
  auto ended = std::make_shared<std::promise<void>>();
  std::future<void> end = ended->get_future();
  std::thread([parts = parts_, ended, grace]() mutable {
    parts->server->Shutdown(absl::ToChronoTime(absl::Now() + grace + kAnswers));
    parts->server->Wait();
    parts->executor->Close();
    parts->executor->Drain(kNever);
    parts->database->Close();
    parts.reset();
    ended->set_value();
  }).detach();

  const auto wait_until = [&](SteadyTime time) {
    return end.wait_until(time) == std::future_status::ready;
  };
  if (!wait_until(After(grace, start))) {
    // What still waits for its turn is told so, before all calls are cancelled.
    parts_->executor->Close();
    ended_ = wait_until(After(grace + kPatience, start));
  } else {
    ended_ = true;
  }
  if (!ended_) {
    Log(Severity::kError,
        "calls did not end when they were cancelled: their methods are left "
        "behind");
  }
  parts_->registry.signals().shutdown.Send();
  return ended_;
}

}  // namespace modelservice
