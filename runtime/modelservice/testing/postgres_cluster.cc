#include "modelservice/testing/postgres_cluster.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "modelservice/base/clock.h"
#include "modelservice/testing/free_port.h"
#include "modelservice/testing/postgres_session.h"

namespace modelservice {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
// What a unix socket's address can hold, less PostgreSQL's name in it.
constexpr size_t kLongestFolder = 80;

// $0 is the cluster's folder.
constexpr char kWatcher[] = R"(read -r _
pid=$(head -n 1 "$0/data/postmaster.pid" 2> /dev/null) && {
  kill -QUIT "$pid"
  while kill -0 "$pid" 2> /dev/null; do sleep 0.05; done
}
rm -rf -- "$0")";

// The folder that the programs of `folder` are in themselves, if they are there
// and not only linked one by one; else empty.
std::string ProgramsOf(const std::string& folder) {
  std::error_code error;
  const std::filesystem::path home =
      std::filesystem::canonical(folder + "/initdb", error).parent_path();
  if (error) return "";
  for (const char* name : {"initdb", "postgres"}) {
    if (access((home / name).c_str(), X_OK) != 0) return "";
  }
  return home.string();
}

// The folder of the server's programs; empty when there is none. Debian keeps
// them out of PATH.
std::string FindPrograms() {
  std::string found;
  const char* const path = getenv("PATH");
  for (absl::string_view folder :
       absl::StrSplit(path == nullptr ? "" : path, ':')) {
    found = ProgramsOf(std::string(folder));
    if (!found.empty()) return found;
  }
  const absl::StatusOr<std::string> configured =
      RunCommand({"pg_config", "--bindir"});
  if (configured.ok()) {
    found = ProgramsOf(std::string(absl::StripAsciiWhitespace(*configured)));
    if (!found.empty()) return found;
  }
  int newest = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator it("/usr/lib/postgresql", error),
       end;
       !error && it != end; it.increment(error)) {
    int version = 0;
    std::string programs = ProgramsOf((it->path() / "bin").string());
    if (absl::SimpleAtoi(it->path().filename().string(), &version) &&
        version > newest && !programs.empty()) {
      newest = version;
      found = std::move(programs);
    }
  }
  return found;
}

// A value of postgresql.conf.
std::string Quoted(absl::string_view value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

// A name in SQL.
std::string QuotedName(absl::string_view name) {
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

// Leaves a copy of `data` at `shared`, for others to begin with. Where another
// program does so at the same time, one of the two stays.
void Share(const std::string& data, const std::string& shared) {
  const std::string copy = absl::StrCat(shared, ".", getpid());
  std::error_code error;
  std::filesystem::copy(data, copy, std::filesystem::copy_options::recursive,
                        error);
  if (!error) std::filesystem::rename(copy, shared, error);
  if (error) std::filesystem::remove_all(copy, error);
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresCluster>> PostgresCluster::Start() {
  return Start(Options());
}

absl::StatusOr<std::unique_ptr<PostgresCluster>> PostgresCluster::Start(
    const Options& options) {
  std::unique_ptr<PostgresCluster> cluster(new PostgresCluster());
  absl::Status status = cluster->Prepare(options);
  if (status.ok()) status = cluster->Resume();
  if (!status.ok()) return status;
  return cluster;
}

absl::StatusOr<PostgresCluster*> PostgresCluster::Shared() {
  static const absl::StatusOr<std::unique_ptr<PostgresCluster>> cluster =
      Start();
  if (!cluster.ok()) return cluster.status();
  return cluster->get();
}

bool PostgresCluster::MaySkip(const absl::Status& status) {
  return absl::IsNotFound(status) && getenv("CI") == nullptr;
}

absl::Status PostgresCluster::Prepare(const Options& options) {
  programs_ = FindPrograms();
  if (programs_.empty()) {
    return absl::NotFoundError(
        "there is no PostgreSQL server on this machine; install it (Debian: "
        "apt-get install postgresql)");
  }
  if (folder().empty() || folder().size() > kLongestFolder) {
    return absl::UnavailableError(
        "cannot make a temporary folder with a path short enough for a unix "
        "socket; set TMPDIR to another one");
  }
  user_ = UnprivilegedUser();
  absl::Status status = GiveTo(user_, folder());
  if (status.ok()) status = Watch();
  if (!status.ok()) return status;

  status = MakeData();
  return status.ok() ? Configure(options) : status;
}

absl::Status PostgresCluster::MakeData() {
  const char* const shared = getenv("TEST_POSTGRES_DATA");
  std::error_code error;
  if (shared != nullptr) {
    std::filesystem::copy(shared, data(),
                          std::filesystem::copy_options::recursive, error);
    if (!error) return absl::OkStatus();
    std::filesystem::remove_all(data(), error);
  }
  absl::Status status;
  // Compares text as bytes, as SQLite does, and knows all letters.
  for (const char* locale : {"C.UTF-8", "C"}) {
    status = RunCommand({absl::StrCat(programs_, "/initdb"), "--pgdata", data(),
                         "--no-sync", "--auth=trust", "--username=postgres",
                         "--encoding=UTF8", absl::StrCat("--locale=", locale)},
                        user_)
                 .status();
    if (status.ok()) break;
  }
  if (status.ok() && shared != nullptr) Share(data(), shared);
  return status;
}

absl::Status PostgresCluster::Configure(const Options& options) {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"unix_socket_directories", folder()},
      {"listen_addresses", ""},
      {"shared_buffers", "32MB"},
      // It visits each of the many small databases.
      {"autovacuum", "off"},
  };
  if (options.tcp) {
    port_ = FreePort();
    settings.emplace_back("listen_addresses", "127.0.0.1");
    settings.emplace_back("port", absl::StrCat(port_));
  }
  if (!options.fsync) {
    for (const char* name : {"fsync", "full_page_writes"}) {
      settings.emplace_back(name, "off");
    }
    // Takes half of the time where nothing is flushed; older servers know no
    // other.
    int version = 0;
    if (absl::SimpleAtoi(ReadFile(absl::StrCat(data(), "/PG_VERSION")),
                         &version) &&
        version >= 15) {
      strategy_ = " STRATEGY file_copy";
    }
  }
  if (!options.tls_certificate.empty()) {
    const std::string certificate = absl::StrCat(data(), "/server.crt");
    const std::string key = absl::StrCat(data(), "/server.key");
    std::error_code error;
    std::filesystem::copy_file(options.tls_certificate, certificate, error);
    if (!error) std::filesystem::copy_file(options.tls_key, key, error);
    // A key that others may read is refused.
    if (!error) {
      std::filesystem::permissions(key, std::filesystem::perms::owner_read,
                                   error);
    }
    if (error) {
      return absl::UnavailableError(absl::StrCat(
          "cannot copy the TLS certificate and key: ", error.message()));
    }
    settings.emplace_back("ssl", "on");
    settings.emplace_back("ssl_cert_file", certificate);
    settings.emplace_back("ssl_key_file", key);
  }
  settings.insert(settings.end(), options.settings.begin(),
                  options.settings.end());

  std::ofstream file(absl::StrCat(data(), "/postgresql.conf"), std::ios::app);
  // The last one of a name counts.
  for (const auto& [name, value] : settings) {
    file << name << " = " << Quoted(value) << "\n";
  }
  file.close();
  if (!file) return absl::UnavailableError("cannot write postgresql.conf");
  return GiveTo(user_, data());
}

absl::Status PostgresCluster::Watch() {
  absl::StatusOr<std::unique_ptr<ChildProcess>> watcher =
      ChildProcess::StartWatcher({"sh", "-c", kWatcher, folder()},
                                 &watcher_input_);
  if (!watcher.ok()) return watcher.status();
  watcher_ = *std::move(watcher);
  return absl::OkStatus();
}

absl::Status PostgresCluster::Resume() {
  const SteadyTime until = After(kPatience);
  ChildProcess::Options options;
  options.user = user_;
  options.output_file = absl::StrCat(folder(), "/log");
  absl::Status status;
  do {
    absl::StatusOr<std::unique_ptr<ChildProcess>> server = ChildProcess::Start(
        {absl::StrCat(programs_, "/postgres"), "-D", data()}, options);
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    status = WaitUntilReady();
    // After a kill, the server does not start before the last of its former
    // processes is gone.
  } while (!status.ok() && !server_->running() && server_->exit_code() == 1 &&
           absl::StrContains(log(), "still in use") && SteadyNow() < until);
  return status;
}

absl::Status PostgresCluster::WaitUntilReady() {
  const SteadyTime until = After(kPatience);
  while (server_->running() && SteadyNow() < until) {
    // https://www.postgresql.org/docs/current/storage-file-layout.html: the
    // first line is the process, the eighth the state.
    const std::string file = ReadFile(absl::StrCat(data(), "/postmaster.pid"));
    const std::vector<absl::string_view> lines = absl::StrSplit(file, '\n');
    if (lines.size() >= 8 && lines[0] == absl::StrCat(server_->pid()) &&
        absl::StripAsciiWhitespace(lines[7]) == "ready") {
      return absl::OkStatus();
    }
    absl::SleepFor(absl::Milliseconds(5));
  }
  return absl::UnavailableError(
      absl::StrCat("PostgreSQL does not start: ", log()));
}

namespace {

bool IsRunning(pid_t pid) {
  // "17 (postgres) S ...": a Z is a process that has ended.
  const std::string stat = ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  const size_t state = stat.rfind(") ");
  return state != std::string::npos && stat.substr(state + 2, 1) != "Z";
}

// Kills the server, and waits until its sessions have noticed: until then they
// serve on, and what they are asked is lost or not.
void KillWithSessions(ChildProcess& server) {
  std::vector<pid_t> sessions;
  std::ifstream children(absl::StrCat("/proc/", server.pid(), "/task/",
                                      server.pid(), "/children"));
  for (pid_t pid = 0; children >> pid;) sessions.push_back(pid);
  server.Signal(SIGKILL);
  server.Wait(kPatience);
  const SteadyTime until = After(absl::Seconds(5));
  for (const pid_t pid : sessions) {
    while (IsRunning(pid) && SteadyNow() < until) {
      absl::SleepFor(absl::Milliseconds(2));
    }
  }
}

}  // namespace

void PostgresCluster::Stop(Shutdown shutdown) {
  if (server_ == nullptr) return;
  {
    const MutexLock lock(session_lock_);
    session_.reset();
  }
  switch (shutdown) {
    case Shutdown::kFast:
      server_->Signal(SIGINT);
      break;
    case Shutdown::kImmediate:
      server_->Signal(SIGQUIT);
      break;
    case Shutdown::kKill:
      KillWithSessions(*server_);
      break;
  }
  // A server that does not listen is killed.
  server_->Wait(kPatience);
  server_.reset();
}

absl::Status PostgresCluster::Restart(Shutdown shutdown) {
  Stop(shutdown);
  return Resume();
}

PostgresCluster::~PostgresCluster() {
  Stop(Shutdown::kImmediate);
  if (watcher_input_ >= 0) close(watcher_input_);
  // It removes the folder.
  if (watcher_ != nullptr) watcher_->Wait(kPatience);
}

absl::StatusOr<std::string> PostgresCluster::NewDatabase() {
  const std::string name = absl::StrCat("test_", ++databases_);
  absl::Status status = CreateDatabase(name);
  if (!status.ok()) return status;
  return url(name);
}

absl::Status PostgresCluster::CreateDatabase(absl::string_view name,
                                             absl::string_view original) {
  return Run(absl::StrCat("CREATE DATABASE ", QuotedName(name), " TEMPLATE ",
                          QuotedName(original), strategy_));
}

absl::Status PostgresCluster::Run(const std::string& sql) {
  const MutexLock lock(session_lock_);
  // A test may have ended the session with others.
  for (const bool again : {true, false}) {
    if (session_ == nullptr) {
      auto session =
          PostgresSession::Open(absl::StrCat(folder(), "/.s.PGSQL.", port_));
      if (!session.ok()) return session.status();
      session_ = *std::move(session);
    }
    absl::Status status = session_->Run(sql);
    if (!absl::IsUnavailable(status)) return status;
    session_.reset();
    if (!again) return status;
  }
  return absl::OkStatus();
}

std::string PostgresCluster::url(absl::string_view database) const {
  return absl::StrCat("postgresql://postgres@/", database, "?host=", folder(),
                      "&port=", port_);
}

std::string PostgresCluster::tcp_url(absl::string_view database) const {
  return absl::StrCat("postgresql://postgres@127.0.0.1:", port_, "/", database);
}

std::string PostgresCluster::log() const {
  return ReadFile(absl::StrCat(folder(), "/log"));
}

std::string PostgresCluster::data() const {
  return absl::StrCat(folder(), "/data");
}

}  // namespace modelservice
