// What a server says of its health (grpc.health.v1): SERVING while it can reach
// its database, and that is what its services need.
#ifndef MODELSERVICE_SERVER_HEALTH_H_
#define MODELSERVICE_SERVER_HEALTH_H_

#include <set>
#include <string>
#include <vector>

#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"
#include "modelservice/database.h"
#include "modelservice/server.h"
#include "modelservice/server/health_service.h"

namespace modelservice {

// Asks the database once a second, on a thread of its own, and changes what
// `service` says when the answer changes. Thread-safe.
class HealthMonitor {
 public:
  // Says SERVING of the server and of `names`, but not of those that `unfit`,
  // which may be null, says. All outlive it.
  HealthMonitor(HealthService& service, Database& database,
                std::vector<std::string> names, UnfitServices unfit);
  // As Stop.
  ~HealthMonitor();
  // Whether there was a thread to be had.
  const absl::Status& started() const { return thread_.status(); }
  HealthMonitor(const HealthMonitor&) = delete;
  HealthMonitor& operator=(const HealthMonitor&) = delete;

  // Says NOT_SERVING for good.
  void Stop();

 private:
  void Watch();
  // Whether the database still answers.
  void AskDatabase();
  void AskForUnfit();
  void Say();

  HealthService& service_;
  Database& database_;
  const std::vector<std::string> names_;
  const UnfitServices find_unfit_;
  // Of the thread alone, once it runs.
  bool answers_ = true;
  std::set<std::string> unfit_;
  SteadyTime next_look_;
  Mutex mutex_;
  CondVar changed_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  Thread thread_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_HEALTH_H_
