// An address that Prometheus reads.
//
//   auto metrics = MetricsServer::Start(
//       "127.0.0.1:9464", [&](Measures& to) { server->Report(to); });
//   if (!metrics.ok()) return metrics.status();
//
// Ownership: of the port. Threads: two of its own, which call `report`, one at
// a time.
#ifndef MODELSERVICE_OBSERVE_METRICS_SERVER_H_
#define MODELSERVICE_OBSERVE_METRICS_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "modelservice/base/measures.h"

namespace modelservice {

class MetricsServer {
 public:
  using Report = std::function<void(Measures& to)>;

  // Answers GET /metrics at host:port, with port 0 for a free one, in the
  // format of OpenMetrics where that is asked for (Accept). `report` is called
  // for each, until the destructor has returned. UNAVAILABLE when the address
  // cannot be had, FAILED_PRECONDITION where this was built without
  // prometheus-cpp.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(
      const std::string& address, Report report);
  virtual ~MetricsServer() = default;

  // With the port that a port 0 became.
  virtual const std::string& address() const = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_OBSERVE_METRICS_SERVER_H_
