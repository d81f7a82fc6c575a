// grpc.health.v1.Health, in place of gRPC's own, which keeps any number of
// watches, and those of clients that send no request, for ever.
#ifndef MODELSERVICE_SERVER_HEALTH_SERVICE_H_
#define MODELSERVICE_SERVER_HEALTH_SERVICE_H_

#include <grpcpp/impl/service_type.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "modelservice/base/mutex.h"
#include "modelservice/service/arrivals.h"

namespace modelservice {

// Thread-safe. Outlives its calls.
class HealthService final : public grpc::Service {
 public:
  // As on the wire; a service that is not there is kUnknown.
  enum class Health { kServing = 1, kNotServing = 2, kUnknown = 3 };

  // At most `most_watches` streams of Watch are open. `arrivals` outlives it.
  HealthService(Arrivals& arrivals, int most_watches);
  ~HealthService() override;

  // Of a service, or of the server: "".
  void Set(const std::string& service, bool serving);
  // NOT_SERVING of all, for good, and the end of the watches.
  void Shutdown();

 private:
  class Check;
  class Watch;

  Health Of(const std::string& service);
  // From here on the watch is told of what changes; now it is told what is.
  absl::Status Add(const std::shared_ptr<Watch>& watch);
  void Remove(const std::shared_ptr<Watch>& watch);

  Arrivals& arrivals_;
  const size_t most_watches_;
  Mutex mutex_;
  std::map<std::string, Health> services_ ABSL_GUARDED_BY(mutex_);
  std::set<std::shared_ptr<Watch>> watches_ ABSL_GUARDED_BY(mutex_);
  bool shut_down_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_HEALTH_SERVICE_H_
