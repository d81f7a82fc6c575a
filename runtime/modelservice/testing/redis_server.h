// A Redis of its own for a test program.
//
//   absl::StatusOr<std::unique_ptr<RedisServer>> redis =
//   RedisServer::Start({}); if (RedisServer::MaySkip(redis.status())) {
//     GTEST_SKIP() << redis.status().message();
//   }
//   options.url = (*redis)->url();
//
// It lives in a temporary folder, listens on a unix socket there and on a port
// of 127.0.0.1, and goes with the object; also when the program is killed.
// Needs redis-server and redis-cli (Debian: redis-server).
//
// Used by one thread at a time; url(), port() and Command by any.
#ifndef MODELSERVICE_TESTING_REDIS_SERVER_H_
#define MODELSERVICE_TESTING_REDIS_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {

class RedisServer {
 public:
  struct Options {
    std::string password;
    // PEM files: then the port speaks TLS. Empty: it does not.
    std::string tls_certificate;
    std::string tls_key;
    // A node of a Redis Cluster, of which it knows nothing yet.
    bool cluster = false;
    // Whether each write reaches the disk before it is answered, so that a
    // restart finds it.
    bool durable = false;
  };

  // NotFound, with what to install, when there is no Redis on this machine.
  static absl::StatusOr<std::unique_ptr<RedisServer>> Start(
      const Options& options);

  // The one that the tests of a program share; it ends with the program.
  static absl::StatusOr<RedisServer*> Shared();

  // Whether a test that got this error may be skipped: there is no Redis here,
  // and the environment variable CI does not insist on one.
  static bool MaySkip(const absl::Status& status);

  ~RedisServer();

  // "unix:..."
  std::string url() const;
  const std::string& socket() const { return socket_; }
  int port() const { return port_; }
  // The port of the cluster's nodes among themselves.
  int cluster_port() const { return cluster_port_; }

  // As a crash.
  void Kill();
  // After Kill: on the same socket and port. Waits until it takes connections.
  absl::Status Resume();
  // It answers nothing until Continue.
  void Pause();
  void Continue();

  // What redis-cli answers to a command.
  absl::StatusOr<std::string> Command(
      const std::vector<std::string>& words) const;

  // Its log so far.
  std::string log() const;

 private:
  explicit RedisServer(const Options& options) : options_(options) {}
  absl::Status Watch();
  absl::Status WaitUntilReady();

  const Options options_;
  TemporaryFolder folder_;
  std::string socket_;
  int port_ = 0;
  int cluster_port_ = 0;
  std::unique_ptr<ChildProcess> server_;
  // Ends the server and removes the folder when the other end of its input is
  // closed, which even SIGKILL of this process does.
  std::unique_ptr<ChildProcess> watcher_;
  int watcher_input_ = -1;
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_REDIS_SERVER_H_
