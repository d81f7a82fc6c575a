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
// Between looks at whether services have become fit.
constexpr absl::Duration kLookPause = absl::Seconds(5);

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
  const bool away = HasKind(status, DatabaseError::Kind::kConnection) ||
                    HasKind(status, DatabaseError::Kind::kTimeout);
  return away ? status : absl::OkStatus();
}

}  // namespace

HealthMonitor::HealthMonitor(HealthService& service, Database& database,
                             std::vector<std::string> names,
                             UnfitServices unfit)
    : service_(service),
      database_(database),
      names_(std::move(names)),
      find_unfit_(std::move(unfit)),
      next_look_(After(kLookPause)) {
  if (find_unfit_ != nullptr) unfit_ = find_unfit_();
  Say();
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
  while (true) {
    {
      const MutexLock lock(mutex_);
      const SteadyTime next = After(kPause);
      while (!stopped_ && changed_.WaitUntil(mutex_, next)) {
      }
      if (stopped_) return;
    }
    AskDatabase();
    if (answers_ && !unfit_.empty() && SteadyNow() >= next_look_) AskForUnfit();
  }
}

void HealthMonitor::AskDatabase() {
  const absl::Status status = Ask(database_);
  if (status.ok() == answers_) return;
  answers_ = status.ok();
  if (!answers_) {
    Log(Severity::kError,
        absl::StrCat("health: NOT_SERVING, the database is away: ",
                     status.message()));
  } else if (unfit_.empty()) {
    Log(Severity::kInfo, "health: SERVING, the database is back");
  } else {
    Log(Severity::kWarning,
        "health: the database is back, but still not what the services need");
  }
  Say();
}

void HealthMonitor::AskForUnfit() {
  std::set<std::string> unfit = find_unfit_();
  next_look_ = After(kLookPause);
  if (unfit == unfit_) return;
  unfit_ = std::move(unfit);
  if (unfit_.empty()) {
    Log(Severity::kInfo,
        "health: SERVING, the database is what the services need");
  }
  Say();
}

void HealthMonitor::Say() {
  const auto is_serving = [&](const std::string& name) {
    return answers_ && unfit_.count(name) == 0;
  };
  service_.Set("", is_serving(""));
  for (const std::string& name : names_) service_.Set(name, is_serving(name));
}

}  // namespace modelservice
