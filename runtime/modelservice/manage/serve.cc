#include "modelservice/manage/serve.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "modelservice/base/thread.h"
#include "modelservice/guard/limits/limit_stores.h"
#include "modelservice/log.h"
#include "modelservice/manage/config_text.h"
#include "modelservice/manage/databases.h"
#include "modelservice/manage/drift_gate.h"
#include "modelservice/manage/handlers_text.h"
#include "modelservice/manage/program_file.h"
#include "modelservice/manage/service_manager.h"
#include "modelservice/manage/start_line.h"
#include "modelservice/observe/channelz_server.h"
#include "modelservice/observe/log_file.h"
#include "modelservice/observe/metrics_server.h"
#include "modelservice/server.h"
#include "modelservice/server/address.h"

namespace modelservice {
namespace {

// Between looks at the program's file.
constexpr absl::Duration kReloadPause = absl::Milliseconds(500);

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Blocked in every thread, so that they wait for WaitForEnd.
sigset_t AllSignals() {
  sigset_t signals = StopSignals();
  sigaddset(&signals, SIGHUP);
  return signals;
}

enum class End { kStop, kReload };

LogFile LogFileOf(const Settings& settings) {
  return {settings.log_file().path(), settings.log_file().max_bytes(),
          settings.log_file().max_files()};
}

// The file is opened anew also where it is the same: another one may be there.
absl::Status ReadLogFileAgain(const Settings& before, const Settings& now) {
  if (now.has_log_file()) return LogToFile(LogFileOf(now));
  if (before.has_log_file()) SetLogSink(nullptr);
  return absl::OkStatus();
}

// What may change while a server runs is changed. `settings` are those that it
// has, and then those that were read.
void ReadAgain(const Invocation& call, Server& server, Settings& settings) {
  const auto read = call.reload();
  const absl::Status fit =
      read.ok() ? ReadLogFileAgain(settings, *read) : read.status();
  if (!fit.ok()) {
    Log(Severity::kError,
        absl::StrCat("SIGHUP: the settings stay as they were: ",
                     fit.message()));
    return;
  }
  settings = *read;
  Settings all = *read;
  // A level that is taken out of the file is the default one again.
  all.set_log_level(all.log_level());
  all.set_log_format(all.log_format());
  server.Apply(all);
  Log(Severity::kInfo,
      "SIGHUP: the settings of the log and trace_share were read again");
}

// `program` is null where it is not looked at.
End WaitForEnd(ProgramFile* program, const Invocation& call, Settings settings,
               Server& server) {
  const sigset_t signals = AllSignals();
  while (true) {
    int signal = 0;
    if (program == nullptr) {
      sigwait(&signals, &signal);
    } else {
      const timespec pause = absl::ToTimespec(kReloadPause);
      signal = std::max(0, sigtimedwait(&signals, nullptr, &pause));
    }
    if (signal == SIGHUP) {
      ReadAgain(call, server, settings);
      continue;
    }
    if (signal != 0) {
      Log(Severity::kInfo,
          absl::StrCat(signal == SIGTERM ? "SIGTERM" : "SIGINT",
                       ": no new calls, waiting for those in flight"));
      return End::kStop;
    }
    if (program != nullptr && program->HasChanged()) {
      Log(Severity::kInfo,
          "the program was built anew: no new calls, waiting for those in "
          "flight");
      return End::kReload;
    }
  }
}

// The same host, at any port; what is no address stays, and is refused as that.
std::string AtAnyPort(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == std::string::npos ||
      !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 ||
      port > 65535) {
    return address;
  }
  return absl::StrCat(address.substr(0, colon), ":0");
}

// The same of each; in place of a socket's path one beside it.
std::string Beside(absl::string_view addresses) {
  std::vector<std::string> each;
  for (const absl::string_view address : EachAddress(addresses)) {
    const std::string text(address);
    const bool is_path = absl::StartsWith(address, "unix:");
    each.push_back(!is_path          ? AtAnyPort(text)
                   : text == "unix:" ? text
                                     : absl::StrCat(text, "~"));
  }
  return absl::StrJoin(each, ",");
}

// Those that are set may be a running server's.
void LeavePorts(Settings* settings) {
  settings->set_address(Beside(settings->address()));
  if (settings->has_metrics_address()) {
    settings->set_metrics_address(AtAnyPort(settings->metrics_address()));
  }
  if (settings->has_channelz_address()) {
    settings->set_channelz_address(AtAnyPort(settings->channelz_address()));
  }
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

// `program` as in WaitForEnd, and made anew by it.
absl::Status ServeUntilEnd(const Invocation& call, const Settings& settings,
                           bool only_check, ProgramFile* program) {
  Registry& registry = call.registry;
  // Services without a model keep nothing.
  auto database = OpenDatabase(
      registry.models().empty() && !settings.has_database()
          ? "sqlite::memory:"
          : settings.database(),
      only_check ? DatabaseAccess::kReadOnly : DatabaseAccess::kReadWrite);
  if (!database.ok()) return database.status();
  auto limits = OpenLimitStore(settings.rate_limits());
  if (!limits.ok()) return limits.status();
  auto unfit = CheckBeforeServing(call, **database, only_check);
  if (!unfit.ok()) return unfit.status();
  if (!settings.has_secret_key()) {
    Log(Severity::kInfo,
        "no secret_key is set: page tokens end with this process");
  }
  LogFields started = StartFields(registry, settings);
  auto server =
      Server::Start(std::move(registry), settings, *std::move(database),
                    *std::move(limits), *std::move(unfit));
  if (!server.ok()) return server.status();
  std::unique_ptr<MetricsServer> metrics;
  if (settings.has_metrics_address()) {
    auto made =
        MetricsServer::Start(settings.metrics_address(),
                             [&](Measures& to) { (*server)->Report(to); });
    if (!made.ok()) return made.status();
    metrics = *std::move(made);
    started.Text("metrics_address", metrics->address());
  }
  std::unique_ptr<ChannelzServer> channelz;
  if (settings.has_channelz_address()) {
    auto made = ChannelzServer::Start(settings.channelz_address());
    if (!made.ok()) return made.status();
    channelz = *std::move(made);
    started.Text("channelz_address", channelz->address());
  }
  started.Text("log_file", settings.log_file().path());
  if (only_check) {
    std::printf("the settings and the database are fit to serve\n");
    return absl::OkStatus();
  }
  Log(Severity::kInfo, "serving", std::move(started));
  // On standard output, for programs that start one with port 0.
  std::printf("listening on %s\n", (*server)->address().c_str());
  std::fflush(stdout);
  TellServiceManager(kReady);
  const End end = WaitForEnd(program, call, settings, **server);
  if (end == End::kStop) EndAtOnceWhenAskedAgain();
  TellServiceManager(kStopping);
  // Until the last call is over: a drain is worth looking at.
  const bool stopped = (*server)->Stop(absl::Seconds(settings.grace_period()));
  metrics = nullptr;
  channelz = nullptr;
  if (end == End::kReload) {
    FlushLog();
    return program->StartAnew();
  }
  if (!stopped) {
    // A method still runs, with what the process would tear down.
    std::fflush(nullptr);
    FlushLog();
    std::_Exit(EXIT_SUCCESS);
  }
  Log(Severity::kInfo, "stopped");
  return absl::OkStatus();
}

}  // namespace

absl::Status Serve(const Invocation& call) {
  Settings settings = call.settings;
  if (call.flags.IsOn("print-config")) {
    std::fputs(ConfigText(settings).c_str(), stdout);
    return absl::OkStatus();
  }
  const bool only_check = call.flags.IsOn("check");
  if (only_check) LeavePorts(&settings);
  if (call.flags.IsOn("list-handlers")) {
    std::fputs(HandlersText(call.registry, settings).c_str(), stdout);
    return absl::OkStatus();
  }
  std::optional<ProgramFile> program;
  if (call.flags.IsOn("reload")) program.emplace();
  const sigset_t signals = AllSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A connection whose other end is gone is an error where it is written to.
  std::signal(SIGPIPE, SIG_IGN);
  FlushLogBeforeCrash();
  if (settings.has_log_file()) {
    const LogFile file = LogFileOf(settings);
    const absl::Status fit = only_check ? CheckLogFile(file) : LogToFile(file);
    if (!fit.ok()) return fit;
  }
  absl::Status status = ServeUntilEnd(
      call, settings, only_check, program.has_value() ? &*program : nullptr);
  // Main() says it on standard error, which nobody may look at then.
  if (!status.ok() && settings.has_log_file() && !only_check) {
    Log(Severity::kError, status.message());
  }
  return status;
}

}  // namespace modelservice
