#include "modelservice/server/health.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

constexpr absl::Duration kPause = absl::Seconds(1);
// How long the database may take to answer.
constexpr absl::Duration kPatience = absl::Seconds(2);

class Patience final : public CallLimits {
 public:
  SteadyTime ends_at() const override { return end_; }
  bool cancelled() const override { return false; }

 private:
  const SteadyTime end_ = After(kPatience);
};

// Whether the database answers, and is still the one that was opened; one that
// is busy does.
absl::Status Ask(Database& database) {
  if (auto status = database.CheckPlace(); !status.ok()) return status;
  Statement statement;
  statement.text = "SELECT 1";
  statement.single_row = true;
  NoRows sink;
  const Patience patience;
  const absl::Status status =
      database.Run(std::move(statement), sink, &patience).status();
  const auto error = GetDatabaseError(status);
  const bool away =
      error.has_value() && (error->kind == DatabaseError::Kind::kConnection ||
                            error->kind == DatabaseError::Kind::kTimeout);
  return away ? status : absl::OkStatus();
}

}  // namespace

HealthMonitor::HealthMonitor(HealthService& service, Database& database,
                             std::vector<std::string> names)
    : service_(service), database_(database), names_(std::move(names)) {
  Say(true);
  thread_ = Thread("the health check", [this] { Watch(); });
}

HealthMonitor::~HealthMonitor() { Stop(); }

void HealthMonitor::Stop() {
  {
    const MutexLock lock(mutex_);
    if (stopped_) return;
    stopped_ = true;
    changed_.NotifyAll();
  }
  service_.Shutdown();
  thread_.Join();
}

void HealthMonitor::Watch() {
  bool serving = true;
  while (true) {
    {
      const MutexLock lock(mutex_);
      const SteadyTime next = After(kPause);
      while (!stopped_ && changed_.WaitUntil(mutex_, next)) {
      }
      if (stopped_) return;
    }
    const absl::Status status = Ask(database_);
    if (status.ok() == serving) continue;
    serving = status.ok();
    Log(serving ? Severity::kInfo : Severity::kError,
        serving ? "health: SERVING, the database is back"
                : absl::StrCat("health: NOT_SERVING, the database is away: ",
                               status.message()));
    Say(serving);
  }
}

void HealthMonitor::Say(bool serving) {
  service_.Set("", serving);
  for (const std::string& name : names_) {
    service_.Set(name, serving);
  }
}

}  // namespace modelservice
