// A PostgreSQL server of its own for a test program.
//
//   absl::StatusOr<PostgresCluster*> cluster = PostgresCluster::Shared();
//   if (!cluster.ok() && PostgresCluster::MaySkip(cluster.status())) {
//     GTEST_SKIP() << cluster.status().message();
//   }
//   absl::StatusOr<std::string> url = (*cluster)->NewDatabase();
//
// It lives in a temporary folder, listens on a unix socket there, trusts
// everybody who can open that, and goes with the object; also when the program
// is killed. A test that runs as root starts it as another user, as PostgreSQL
// demands. Needs the server's programs (Debian: postgresql), no libpq.
//
// initdb takes longer than most of what follows: the environment variable
// TEST_POSTGRES_DATA may name a folder, not there yet, in which the first
// cluster leaves what it made for those that start later.
//
// NewDatabase, CreateDatabase and the urls are thread-safe; what stops and
// starts the server is not.
#ifndef MODELSERVICE_TESTING_POSTGRES_CLUSTER_H_
#define MODELSERVICE_TESTING_POSTGRES_CLUSTER_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/mutex.h"
#include "modelservice/testing/child_process.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {

class PostgresSession;

class PostgresCluster {
 public:
  struct Options {
    // Whether a commit reaches the disk: for what is to outlive a crash of the
    // machine. A killed server loses nothing either way.
    bool fsync = false;
    // Listens on a port of 127.0.0.1, too.
    bool tcp = false;
    // PEM files for TLS on that port; copied. Empty: no TLS.
    std::string tls_certificate;
    std::string tls_key;
    // Further settings of postgresql.conf.
    std::vector<std::pair<std::string, std::string>> settings;
  };

  enum class Shutdown {
    kFast,       // connections are ended, what is committed is written
    kImmediate,  // as a crash, but that connections are told
    kKill,       // as a crash
  };

  // NotFound, with what to install, when there is no server on this machine.
  static absl::StatusOr<std::unique_ptr<PostgresCluster>> Start(
      const Options& options);
  // With default options.
  static absl::StatusOr<std::unique_ptr<PostgresCluster>> Start();

  // The one that the tests of a program share; it ends with the program.
  static absl::StatusOr<PostgresCluster*> Shared();

  // Whether a test that got this error from Start may be skipped: there is no
  // server here, and the environment variable CI does not insist on one.
  static bool MaySkip(const absl::Status& status);

  ~PostgresCluster();

  // Makes an empty database and gives its url.
  absl::StatusOr<std::string> NewDatabase();
  // As a copy of `original`, to which nobody may be connected.
  absl::Status CreateDatabase(absl::string_view name,
                              absl::string_view original = "template0");

  // "postgresql://..." for the superuser, over the unix socket.
  std::string url(absl::string_view database) const;
  // The same over TCP; only with Options::tcp.
  std::string tcp_url(absl::string_view database) const;

  absl::Status Restart(Shutdown shutdown = Shutdown::kFast);
  void Stop(Shutdown shutdown);
  // After Stop. Waits until the server takes connections.
  absl::Status Resume();

  // The folder of the socket, and the number in its name.
  const std::string& folder() const { return folder_.path(); }
  int port() const { return port_; }
  // The server's log so far.
  std::string log() const;

 private:
  PostgresCluster() = default;
  absl::Status Prepare(const Options& options);
  absl::Status MakeData();
  absl::Status Configure(const Options& options);
  absl::Status Watch();
  absl::Status WaitUntilReady();
  absl::Status Run(const std::string& sql);
  std::string data() const;

  TemporaryFolder folder_;
  std::optional<SystemUser> user_;
  std::string programs_;
  int port_ = 5432;
  std::unique_ptr<ChildProcess> server_;
  // Ends the server and removes the folder when the other end of its input is
  // closed, which even SIGKILL of this process does.
  std::unique_ptr<ChildProcess> watcher_;
  int watcher_input_ = -1;
  std::atomic<int> databases_{0};
  // What makes a database that takes the least time; for Configure knows.
  std::string strategy_;
  Mutex session_lock_;
  // Kept from one statement to the next, until the server stops.
  std::unique_ptr<PostgresSession> session_ ABSL_GUARDED_BY(session_lock_);
};

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_POSTGRES_CLUSTER_H_
