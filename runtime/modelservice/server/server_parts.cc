#include "modelservice/server/server_parts.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/time/time.h"
#include "modelservice/guard/limits/memory_store.h"
#include "modelservice/server/equality.h"
#include "modelservice/service/async_call.h"
#include "modelservice/service/raw_service.h"

namespace modelservice {
namespace {

Bounds BoundsOf(const Settings& settings) {
  Bounds bounds;
  bounds.reply_bytes = static_cast<size_t>(settings.max_reply_bytes());
  bounds.total_size = settings.max_total_size();
  bounds.stream_bytes = static_cast<size_t>(settings.max_stream_bytes());
  bounds.request_id_lifetime = absl::Seconds(settings.request_id_lifetime());
  bounds.filter.bytes = static_cast<size_t>(settings.max_filter_bytes());
  bounds.filter.depth = settings.max_filter_depth();
  bounds.filter.terms = settings.max_filter_terms();
  return bounds;
}

absl::Duration SecondsOrNever(bool given, double seconds) {
  return given ? absl::Seconds(seconds) : absl::InfiniteDuration();
}

RequestLog::Options RequestLogOf(const Settings& settings) {
  return {settings.request_log() || Guards::NamesRequestLog(settings),
          settings.request_log_share(),
          SecondsOrNever(settings.has_slow_call(), settings.slow_call())};
}

}  // namespace

int SpareThreads() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 2,
                    16) +
         2;
}

Server::Parts::Parts(Registry registry, const Settings& settings,
                     std::unique_ptr<Database> database,
                     std::unique_ptr<LimitStore> limits)
    : registry(std::move(registry)),
      settings(settings),
      database(std::move(database)),
      limits(limits != nullptr
                 ? std::move(limits)
                 : NewMemoryLimitStore(
                       {settings.rate_limits().maximum_keys(), nullptr})),
      tokens(settings.secret_key(), {settings.former_secret_key().begin(),
                                     settings.former_secret_key().end()}),
      spans(this->registry.span_sink() == nullptr
                ? nullptr
                : std::make_unique<SpanQueue>(
                      std::move(this->registry.span_sink()))),
      executor(std::make_shared<Executor>(Executor::Options{
          settings.workers(), static_cast<size_t>(settings.max_queue()),
          // Streams that wait for their clients keep theirs.
          settings.workers() + settings.max_streams(), SpareThreads()})),
      budget({settings.maximum_concurrent_rpcs(), settings.max_streams(),
              settings.max_reading_streams()}),
      cancelled(settings.max_connection_resets(),
                [this](const std::string& peer) { listener->Drop(peer); }),
      arrivals(absl::Seconds(settings.request_timeout()),
               settings.has_request_timeout()),
      streams(absl::Seconds(settings.idle_stream())),
      request_log(RequestLogOf(settings)),
      tracing(spans.get(), settings.has_metrics_address()) {
  Apply(settings);
  this->database->set_row_signals(this->registry.row_signals());
  this->database->set_executor(executor);
}

ServerParts Server::Parts::ForServices() {
  return {*database,         tokens,  registry.signals(),
          *executor,         budget,  arrivals,
          cancelled,         streams, request_log,
          tracing,           reasons, visible,
          BoundsOf(settings)};
}

void Server::Parts::Apply(const Settings& of) {
  request_log.Set(RequestLogOf(of));
  tracing.set_share(of.trace_share());
  database->statement_log().set_slow(
      SecondsOrNever(of.has_slow_statement(), of.slow_statement()));
}

absl::Status Server::Parts::Serve(const Service& service,
                                  std::unique_ptr<Handler> handler,
                                  const Overrides& overrides) {
  if (auto status = CheckStarts(service, overrides); !status.ok()) {
    return status;
  }
  auto chains = guards->ChainsOf(service);
  if (!chains.ok()) return chains.status();
  std::shared_ptr<const LiveTable> live;
  if (service.model != nullptr) {
    const Table& table = *service.model().table;
    auto found = database->LiveTableOf(table);
    if (!found.ok()) return found.status();
    live = *std::move(found);
    auto status = CheckEquality(table, *live, registry.permissions());
    if (status.ok()) status = CheckKeys(table, *live);
    if (!status.ok()) return status;
  }
  runtimes.push_back(std::make_unique<ServiceRuntime>(
      service, std::move(handler), overrides, ForServices(), *std::move(chains),
      std::move(live)));
  services.push_back(MakeRawService(service, *runtimes.back()));
  return absl::OkStatus();
}

}  // namespace modelservice
