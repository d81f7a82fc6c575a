#include "modelservice/testing/redis_server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/clock.h"
#include "modelservice/testing/free_port.h"

namespace modelservice {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
// What a unix socket's address can hold, less the name in the folder.
constexpr size_t kLongestFolder = 90;

// $0 is the server's folder.
constexpr char kWatcher[] = R"(read -r _
pid=$(cat "$0/redis.pid" 2> /dev/null) && {
  kill -KILL "$pid"
  while kill -0 "$pid" 2> /dev/null; do sleep 0.05; done
}
rm -rf -- "$0")";

bool TakesConnections(const std::string& path) {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  const bool connected =
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address),
              sizeof(address)) == 0;
  close(descriptor);
  return connected;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RedisServer>> RedisServer::Start(
    const Options& options) {
  for (const char* program : {"redis-server", "redis-cli"}) {
    if (!RunCommand({program, "--version"}).ok()) {
      return absl::NotFoundError(
          absl::StrCat("there is no ", program,
                       " on this machine; install it (Debian: apt-get install "
                       "redis-server)"));
    }
  }
  std::unique_ptr<RedisServer> server(new RedisServer(options));
  const std::string& folder = server->folder_.path();
  if (folder.empty() || folder.size() > kLongestFolder) {
    return absl::UnavailableError(
        "cannot make a temporary folder with a path short enough for a unix "
        "socket; set TMPDIR to another one");
  }
  server->socket_ = absl::StrCat(folder, "/redis.sock");
  server->port_ = FreePort();
  if (options.cluster) server->cluster_port_ = FreePort();
  absl::Status status = server->Watch();
  if (status.ok()) status = server->Resume();
  if (!status.ok()) return status;
  return server;
}

absl::StatusOr<RedisServer*> RedisServer::Shared() {
  static const absl::StatusOr<std::unique_ptr<RedisServer>> server = Start({});
  if (!server.ok()) return server.status();
  return server->get();
}

bool RedisServer::MaySkip(const absl::Status& status) {
  return absl::IsNotFound(status) && getenv("CI") == nullptr;
}

absl::Status RedisServer::Watch() {
  absl::StatusOr<std::unique_ptr<ChildProcess>> watcher =
      ChildProcess::StartWatcher({"sh", "-c", kWatcher, folder_.path()},
                                 &watcher_input_);
  if (!watcher.ok()) return watcher.status();
  watcher_ = *std::move(watcher);
  return absl::OkStatus();
}

absl::Status RedisServer::Resume() {
  const std::string& folder = folder_.path();
  const std::string port = absl::StrCat(port_);
  std::vector<std::string> command = {"redis-server",
                                      "--dir",
                                      folder,
                                      "--unixsocket",
                                      socket_,
                                      "--pidfile",
                                      absl::StrCat(folder, "/redis.pid"),
                                      "--bind",
                                      "127.0.0.1",
                                      "--save",
                                      ""};
  const auto add = [&](std::initializer_list<std::string> words) {
    command.insert(command.end(), words);
  };
  if (options_.tls_certificate.empty()) {
    add({"--port", port});
  } else {
    add({"--port", "0", "--tls-port", port, "--tls-cert-file",
         options_.tls_certificate, "--tls-key-file", options_.tls_key,
         "--tls-auth-clients", "no"});
  }
  if (!options_.password.empty()) add({"--requirepass", options_.password});
  if (options_.cluster) {
    add({"--cluster-enabled", "yes", "--cluster-port",
         absl::StrCat(cluster_port_)});
  }
  if (options_.durable) add({"--appendonly", "yes", "--appendfsync", "always"});

  ChildProcess::Options options;
  options.output_file = absl::StrCat(folder, "/log");
  absl::StatusOr<std::unique_ptr<ChildProcess>> server =
      ChildProcess::Start(command, options);
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  return WaitUntilReady();
}

absl::Status RedisServer::WaitUntilReady() {
  const SteadyTime until = After(kPatience);
  while (server_->running() && SteadyNow() < until) {
    if (TakesConnections(socket_)) return absl::OkStatus();
    absl::SleepFor(absl::Milliseconds(5));
  }
  return absl::UnavailableError(absl::StrCat("Redis does not start: ", log()));
}

void RedisServer::Kill() {
  if (server_ == nullptr) return;
  server_->Signal(SIGKILL);
  server_->Wait(kPatience);
  server_.reset();
  // So that the watcher ends nobody else.
  std::error_code ignored;
  std::filesystem::remove(absl::StrCat(folder_.path(), "/redis.pid"), ignored);
}

void RedisServer::Pause() { server_->Signal(SIGSTOP); }

void RedisServer::Continue() { server_->Signal(SIGCONT); }

RedisServer::~RedisServer() {
  Kill();
  if (watcher_input_ >= 0) close(watcher_input_);
  // It removes the folder.
  if (watcher_ != nullptr) watcher_->Wait(kPatience);
}

std::string RedisServer::url() const { return absl::StrCat("unix:", socket_); }

absl::StatusOr<std::string> RedisServer::Command(
    const std::vector<std::string>& words) const {
  std::vector<std::string> command = {"redis-cli", "-s", socket_};
  if (!options_.password.empty()) {
    command.insert(command.end(),
                   {"--no-auth-warning", "-a", options_.password});
  }
  command.insert(command.end(), words.begin(), words.end());
  absl::StatusOr<std::string> answer = RunCommand(command);
  if (!answer.ok()) return answer.status();
  return std::string(absl::StripAsciiWhitespace(*answer));
}

std::string RedisServer::log() const {
  return ReadFile(absl::StrCat(folder_.path(), "/log"));
}

}  // namespace modelservice
