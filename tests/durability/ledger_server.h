// The ledger's program as a process of its own, on a database.
//
//   LedgerServer server(url, folder);
//   server.Migrate();
//   server.Start();
//   ... AccountsClient(server.NewChannel()) ...
//   server.Kill();
//
// Used by one thread, but for NewChannel. Failures are those of the test.
#ifndef MODELSERVICE_TESTS_DURABILITY_LEDGER_SERVER_H_
#define MODELSERVICE_TESTS_DURABILITY_LEDGER_SERVER_H_

#include <grpcpp/channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/testing/child_process.h"

namespace durability {

class LedgerServer {
 public:
  // `folder` takes the logs.
  LedgerServer(std::string database_url, std::string folder);

  // Makes the tables.
  void Migrate();
  // Returns when the server listens. It does so without any preparation, and
  // finds no table to be missing. `setting` is appended to the database's URL.
  void Start(absl::string_view setting = "");
  // As a crash: SIGKILL.
  void Kill();
  // Returns when it has been killed otherwise.
  void AwaitKilled();

  // A connection of its own to the running server. Calls are sent once: gRPC
  // repeats none.
  std::shared_ptr<grpc::Channel> NewChannel() const;

  const std::string& database_url() const { return database_url_; }
  // What the server of the last Start has written so far.
  std::string log() const;
  // The lines of severity ERROR in it.
  std::vector<std::string> Errors() const;

 private:
  const std::string database_url_;
  const std::string folder_;
  int starts_ = 0;
  std::string log_file_;
  std::string address_;
  std::unique_ptr<modelservice::ChildProcess> process_;
};

// Runs a command of the ledger's program to its end and gives what it wrote. An
// exit code other than 0 is UNKNOWN, with what it wrote.
absl::StatusOr<std::string> RunLedger(const std::string& command,
                                      const std::string& database_url);

}  // namespace durability

#endif  // MODELSERVICE_TESTS_DURABILITY_LEDGER_SERVER_H_
