// What a running server is made of.
#ifndef MODELSERVICE_SERVER_SERVER_PARTS_H_
#define MODELSERVICE_SERVER_SERVER_PARTS_H_

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/base/executor.h"
#include "modelservice/base/span_queue.h"
#include "modelservice/base/thread.h"
#include "modelservice/server.h"
#include "modelservice/server/guards.h"
#include "modelservice/server/health.h"
#include "modelservice/server/health_service.h"
#include "modelservice/server/listener.h"
#include "modelservice/server/reflection.h"
#include "modelservice/server/unknown_methods.h"
#include "modelservice/service/arrivals.h"
#include "modelservice/service/call_budget.h"
#include "modelservice/service/call_numbers.h"
#include "modelservice/service/call_tracing.h"
#include "modelservice/service/cancelled_calls.h"
#include "modelservice/service/page_token.h"
#include "modelservice/service/request_log.h"
#include "modelservice/service/runtime.h"
#include "modelservice/service/stream_keeper.h"
#include "modelservice/service/visible_rows.h"

namespace modelservice {

// Threads that the server leaves to gRPC when the system has few. gRPC's own
// executor makes some when it has much to do, and loses what it gives to one
// that it did not get: all calls of a connection then stand still.
int SpareThreads();

// In the order of construction; destroyed from the end, so that nothing
// outlives what it uses.
struct Server::Parts {
  Parts(Registry registry, const Settings& settings,
        std::unique_ptr<Database> database, std::unique_ptr<LimitStore> limits);

  ServerParts ForServices();
  // What may change while it runs.
  void Apply(const Settings& of);
  // Makes ready what gRPC will serve.
  absl::Status Serve(const Service& service, std::unique_ptr<Handler> handler,
                     const Overrides& overrides);

  Registry registry;
  const Settings settings;
  std::unique_ptr<Database> database;
  const std::unique_ptr<LimitStore> limits;
  const PageTokens tokens;
  const std::unique_ptr<SpanQueue> spans;
  const std::shared_ptr<Executor> executor;
  // On which the server ends, for a method may not end when its call does.
  WaitingThread end{"the server's end"};
  CallBudget budget;
  CancelledCalls cancelled;
  Arrivals arrivals;
  StreamKeeper streams;
  RequestLog request_log;
  CallTracing tracing;
  ErrorReasons reasons;
  UnknownMethods unknown{request_log, reasons};
  VisibleRows visible;
  std::unique_ptr<Guards> guards;
  std::optional<Reflection> reflection;
  std::vector<std::unique_ptr<ServiceRuntime>> runtimes;
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<HealthService> health_service;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<HealthMonitor> health;
  std::unique_ptr<Listener> listener;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_SERVER_PARTS_H_
