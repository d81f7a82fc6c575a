// A program that a test starts, and ends.
//
//   absl::StatusOr<std::unique_ptr<ChildProcess>> pooler =
//       ChildProcess::Start({"pgbouncer", "pgbouncer.ini"}, options);
//
// Used by one thread at a time.
#ifndef MODELSERVICE_TESTING_CHILD_PROCESS_H_
#define MODELSERVICE_TESTING_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace modelservice {

// The user that a program runs as.
struct SystemUser {
  uid_t uid;
  gid_t gid;
};

// For servers that refuse to run as root: "postgres", or else "nobody". Nullopt
// when this process is not root and programs run as its own user.
std::optional<SystemUser> UnprivilegedUser();

// Makes `path`, and all in it, the user's. OK without a user.
absl::Status GiveTo(const std::optional<SystemUser>& user,
                    const std::string& path);

class ChildProcess {
 public:
  struct Options {
    std::optional<SystemUser> user;
    // Where its output and errors go; empty: nowhere.
    std::string output_file;
    // What it reads; -1: nothing.
    int input = -1;
  };

  // `command` is a program, looked for in PATH, and its arguments. A program
  // that cannot be started ends with exit code 127.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& command, const Options& options);

  // One that reads until this process is gone, however it ends, or closes
  // `input`, which is set even where the program does not start.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> StartWatcher(
      const std::vector<std::string>& command, int* input);

  // Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  bool running();
  // Does nothing once it has ended.
  void Signal(int signal);
  // Whether it ended in that time.
  bool Wait(absl::Duration timeout = absl::InfiniteDuration());
  // Once it has ended: as in a shell, 128 and more for a signal.
  int exit_code() const { return exit_code_; }

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}

  const pid_t pid_;
  bool ended_ = false;
  int exit_code_ = 0;
};

// Runs a program to its end and gives what it wrote. The error has that, too.
absl::StatusOr<std::string> RunCommand(
    const std::vector<std::string>& command,
    const std::optional<SystemUser>& user = std::nullopt);

// The content of a file; empty when it cannot be read.
std::string ReadFile(const std::string& path);

}  // namespace modelservice

#endif  // MODELSERVICE_TESTING_CHILD_PROCESS_H_
