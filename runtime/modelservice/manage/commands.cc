#include "modelservice/manage/commands.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/thread.h"
#include "modelservice/guard/auth/make_authenticators.h"
#include "modelservice/guard/limits/limit_stores.h"
#include "modelservice/log.h"
#include "modelservice/manage/databases.h"
#include "modelservice/migrate/tables.h"
#include "modelservice/server.h"

namespace modelservice {
namespace {

// Blocked in every thread, so that they wait for WaitForStop.
sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void WaitForStop() {
  const sigset_t signals = StopSignals();
  int signal = 0;
  sigwait(&signals, &signal);
  Log(Severity::kInfo,
      absl::StrCat(signal == SIGTERM ? "SIGTERM" : "SIGINT",
                   ": no new calls, waiting for those in flight"));
}

void EndAtOnceWhenAskedAgain() {
  const absl::Status waits = Thread::Detach("a second signal", [] {
    const sigset_t signals = StopSignals();
    int signal = 0;
    sigwait(&signals, &signal);
    Log(Severity::kWarning, "asked to stop again: ending at once");
    FlushLog();
    // What a shell reports of a process that the signal ended.
    std::_Exit(128 + signal);
  });
  if (!waits.ok()) Log(Severity::kWarning, waits.message());
}

// The tables of the models and those that the settings ask for.
class Tables {
 public:
  explicit Tables(const Invocation& call)
      : tokens_(TokenTables(call.settings)), models_(call.registry.models()) {
    for (const auto& table : tokens_) models_.push_back(&table->model());
  }

  const std::vector<const Model*>& models() const { return models_; }

 private:
  const std::vector<std::unique_ptr<TokenTable>> tokens_;
  std::vector<const Model*> models_;
};

}  // namespace

absl::Status Serve(const Invocation& call) {
  Registry& registry = call.registry;
  const Settings& settings = call.settings;
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A connection whose other end is gone is an error where it is written to.
  std::signal(SIGPIPE, SIG_IGN);
  FlushLogBeforeCrash();
  // Services without a model keep nothing.
  auto database =
      OpenDatabase(registry.models().empty() && !settings.has_database()
                       ? "sqlite::memory:"
                       : settings.database());
  if (!database.ok()) return database.status();
  auto limits = OpenLimitStore(settings.rate_limits());
  if (!limits.ok()) return limits.status();
  if (auto status = CheckTables(**database, registry.models()); !status.ok()) {
    return status;
  }
  if (!settings.has_secret_key()) {
    Log(Severity::kInfo,
        "no secret_key is set: page tokens end with this process");
  }
  auto server = Server::Start(std::move(registry), settings,
                              *std::move(database), *std::move(limits));
  if (!server.ok()) return server.status();
  // On standard output, for programs that start one with port 0.
  std::printf("listening on %s\n", (*server)->address().c_str());
  std::fflush(stdout);
  WaitForStop();
  EndAtOnceWhenAskedAgain();
  if (!(*server)->Stop(absl::Seconds(settings.grace_period()))) {
    // A method still runs, with what the process would tear down.
    std::fflush(nullptr);
    FlushLog();
    std::_Exit(EXIT_SUCCESS);
  }
  Log(Severity::kInfo, "stopped");
  return absl::OkStatus();
}

absl::Status Migrate(const Invocation& call) {
  auto database = OpenDatabase(call.settings.database());
  if (!database.ok()) return database.status();
  auto made = CreateMissingTables(**database, Tables(call).models());
  (*database)->Close();
  if (!made.ok()) return made.status();
  for (const std::string& table : *made) {
    std::printf("created table %s\n", table.c_str());
  }
  if (made->empty()) std::printf("no table is missing\n");
  return absl::OkStatus();
}

absl::Status SqlMigrate(const Invocation& call) {
  const absl::StatusOr<const Dialect*> dialect =
      DialectOf(call.settings.database());
  if (!dialect.ok()) return dialect.status();
  std::fputs(TablesSql(Tables(call).models(), **dialect).c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace modelservice
