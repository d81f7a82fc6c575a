#include "modelservice/server.h"

#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/log_numbers.h"
#include "modelservice/base/thread.h"
#include "modelservice/log.h"
#include "modelservice/server/credentials.h"
#include "modelservice/server/exposure.h"
#include "modelservice/server/grpc_process.h"
#include "modelservice/server/guards.h"
#include "modelservice/server/health.h"
#include "modelservice/server/listener.h"
#include "modelservice/server/reflection.h"
#include "modelservice/server/server_parts.h"
#include "modelservice/server/transport.h"
#include "modelservice/server/visibility.h"
#include "modelservice/service/kept_context.h"
#include "modelservice/service/runtime.h"
#include "modelservice/settings.h"

namespace modelservice {
namespace {

// For the answers of calls that are refused at the end, before all connections
// are closed; and how long calls have that were cancelled.
constexpr absl::Duration kAnswers = absl::Milliseconds(200);
constexpr absl::Duration kPatience = absl::Milliseconds(900);
// For clients to hear that the server ends, and between looks at which of them
// have calls left.
constexpr absl::Duration kGoodbye = absl::Milliseconds(500);

// Threads that gRPC makes sooner or later, and is not ready to be without:
// those that poll, its timers, its executor. Two more are the listener's and
// the health check's.
int ThreadsOfGrpc() {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return std::clamp(cores / 2, 2, 16) + std::clamp(cores, 2, 16) + 8;
}

// A filter that nobody reads would find every row.
absl::Status CheckFilters(const ServicePlan& service) {
  if (service.overrides.HasAny(Overrides::kFilterList)) return absl::OkStatus();
  for (const MethodPlan& plan : service.methods) {
    const MethodPlan::Field* const field =
        plan.Find(RequestField::Role::kCustomFilter);
    // A method of the program's own may.
    if (field == nullptr || plan.runs_handler) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        plan.method->path, ": nobody reads ",
        compat::Str(field->descriptor->full_name()),
        ", which is filtered by with custom: true; override FilterList, or "
        "drop the field"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    Registry registry, const Settings& settings,
    std::unique_ptr<Database> database, std::unique_ptr<LimitStore> limits,
    UnfitServices unfit) {
  ApplyLogLevel(settings);
  if (auto status = CheckAccess(settings); !status.ok()) return status;
  if (auto status = CheckChannelOptions(settings); !status.ok()) return status;
  auto sockets = ListeningSockets::Open(settings.address());
  if (!sockets.ok()) return sockets.status();
  auto parts = std::make_shared<Parts>(std::move(registry), settings,
                                       std::move(database), std::move(limits));
  for (const auto* started :
       {&parts->arrivals.started(), &parts->streams.started(),
        &parts->end.status()}) {
    if (!started->ok()) return *started;
  }
  if (parts->spans != nullptr && !parts->spans->started().ok()) {
    return parts->spans->started();
  }
  if (auto status = CheckThreads(ThreadsOfGrpc() + SpareThreads());
      !status.ok()) {
    return status;
  }
  parts->listener = std::make_unique<Listener>(
      *std::move(sockets),
      Listener::Most{MostConnections(settings),
                     int64_t{settings.max_connection_calls()} +
                         settings.max_connection_resets(),
                     static_cast<int64_t>(TransportBytes(settings)) / 2,
                     absl::Seconds(settings.request_timeout())});
  auto guards = Guards::Make(parts->registry, parts->settings, *parts->database,
                             *parts->limits, *parts->executor);
  if (!guards.ok()) return guards.status();
  parts->guards = *std::move(guards);
  const auto credentials = MakeCredentials(settings);
  if (!credentials.ok()) return credentials.status();
  PrepareGrpc();
  grpc::ServerBuilder builder;
  // The listener asks for channelz' counts; nobody for its traces.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 1);
  builder.AddChannelArgument(GRPC_ARG_MAX_CHANNEL_TRACE_EVENT_MEMORY_PER_NODE,
                             0);
  BoundTransport(settings, builder);
  builder.SetContextAllocator(std::make_unique<KeptContexts>());
  builder.SetOption(WithoutPlugins());
  auto acceptor = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      *credentials);
  std::vector<const Service*> served;
  std::vector<std::string> names;
  for (Registry::Entry& entry : parts->registry.entries()) {
    if (entry.handler == nullptr) {
      return absl::FailedPreconditionError(
          absl::StrCat(entry.service->name,
                       " has custom methods: add a class that implements them, "
                       "registry.Add<...>()"));
    }
    served.push_back(entry.service);
    names.emplace_back(entry.service->name);
    auto status =
        parts->Serve(*entry.service, std::move(entry.handler), entry.overrides);
    if (!status.ok()) return status;
    status = CheckFilters(parts->runtimes.back()->plan());
    if (!status.ok()) return status;
    status = AddVisibleRows(parts->runtimes.back()->plan(),
                            parts->registry.permissions(),
                            parts->settings.default_access(), &parts->visible);
    if (!status.ok()) return status;
  }
  for (const auto& runtime : parts->runtimes) {
    auto status = CheckVisibleReferences(runtime->plan(), parts->visible);
    if (!status.ok()) return status;
  }
  if (settings.reflection()) {
    std::vector<std::string> told = names;
    if (settings.health()) told.emplace_back("grpc.health.v1.Health");
    parts->reflection.emplace(std::move(told), ReflectionAccess(settings),
                              settings.max_reflection_streams());
    for (const Service& service : parts->reflection->services()) {
      served.push_back(&service);
      auto status =
          parts->Serve(service, parts->reflection->MakeHandler(), Overrides());
      if (!status.ok()) return status;
    }
  }
  for (const auto& service : parts->services) {
    builder.RegisterService(service.get());
  }
  if (settings.health()) {
    parts->health_service = std::make_unique<HealthService>(
        parts->arrivals, settings.max_health_watches());
    builder.RegisterService(parts->health_service.get());
  }
  builder.RegisterCallbackGenericService(&parts->unknown);
  LogExposure(settings, served);
  parts->server = builder.BuildAndStart();
  if (parts->server == nullptr) {
    return absl::InternalError("gRPC cannot start a server");
  }
  if (parts->health_service != nullptr) {
    parts->health = std::make_unique<HealthMonitor>(
        *parts->health_service, *parts->database, std::move(names),
        std::move(unfit));
    if (!parts->health->started().ok()) return parts->health->started();
  }
  // The last step: who connected meanwhile is answered by all of the server.
  if (auto started = parts->listener->Start(std::move(acceptor));
      !started.ok()) {
    return started;
  }
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

const std::string& Server::address() const {
  return parts_->listener->address();
}

Database& Server::database() { return *parts_->database; }

void Server::Report(Measures& to) const {
  for (const auto& runtime : parts_->runtimes) {
    for (const MethodPlan& method : runtime->plan().methods) {
      method.numbers->Report(method.method->path, to);
    }
  }
  parts_->reasons.Report(to);
  parts_->budget.Report(to);
  parts_->executor->Report(to);
  parts_->database->Report(to);
  parts_->guards->Report(to);
  const LimitCounts limits = parts_->limits->counts();
  to.AddGauge("modelservice_limit_keys",
              "Keys of rate limits that are counted in this process.", {},
              static_cast<double>(limits.keys));
  to.AddCounter("modelservice_limit_keys_forgotten_total",
                "Keys of rate limits that were forgotten before their time, "
                "for there were too many.",
                {}, limits.forgotten);
  to.AddCounter("modelservice_limit_store_reconnects_total",
                "Connections to the store of rate limits that were made anew.",
                {}, limits.reconnects);
  if (limits.local + limits.asked > 0) {
    to.AddCache("limits", limits.local, limits.asked);
  }
  if (parts_->spans != nullptr) parts_->spans->Report(to);
  ReportLog(to);
  parts_->listener->Report(to);
}

void Server::Apply(const Settings& settings) {
  ApplyLogLevel(settings);
  parts_->Apply(settings);
}

bool Server::Stop(absl::Duration grace) {
  if (stopped_) return ended_;
  stopped_ = true;
  const SteadyTime start = SteadyNow();
  if (parts_->listener != nullptr) parts_->listener->Stop();
  if (parts_->health != nullptr) parts_->health->Stop();

  // On a thread of its own, for a method may not end when its call does. Then
  // that thread has what the method uses.
  auto ended = std::make_shared<std::promise<void>>();
  std::future<void> end = ended->get_future();
  auto end_all = [parts = parts_, ended, grace]() mutable {
    parts->server->Shutdown(absl::ToChronoTime(absl::Now() + grace + kAnswers));
    parts->server->Wait();
    parts->executor->Close();
    parts->executor->Drain(kNever);
    parts->database->Close();
    parts.reset();
    ended->set_value();
  };
  parts_->end.Run(std::move(end_all));

  const auto wait_until = [&](SteadyTime time) {
    return end.wait_until(time) == std::future_status::ready;
  };
  const SteadyTime last = After(grace, start);
  SteadyTime next = After(kGoodbye, start);
  while (next < last && !wait_until(next)) {
    if (parts_->listener != nullptr) {
      parts_->listener->CloseIdle(/*unknown=*/parts_->budget.calls() == 0);
    }
    next = After(kGoodbye, next);
  }
  if (!wait_until(last)) {
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
  if (parts_->spans != nullptr) {
    const SteadyTime until =
        After(std::max(grace, Since(start) + kPatience), start);
    if (!parts_->spans->Stop(until)) {
      ended_ = false;
      Log(Severity::kError,
          "the sink of spans did not take all of them in time: it is left "
          "behind, and the rest of them dropped");
    }
  }
  parts_->registry.signals().shutdown.Send();
  return ended_;
}

}  // namespace modelservice
