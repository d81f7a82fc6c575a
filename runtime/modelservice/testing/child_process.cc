#include "modelservice/testing/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "modelservice/base/clock.h"
#include "modelservice/testing/temporary_folder.h"

namespace modelservice {
namespace {

// A file descriptor that is closed in programs started from here.
class File {
 public:
  File(const char* path, int flags)
      : descriptor_(open(path, flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  const int descriptor_;
};

// In the child of a process that may have threads: nothing but system calls.
[[noreturn]] void Become(char* const* arguments,
                         const std::optional<SystemUser>& user, int input,
                         int output) {
  // A terminal's Ctrl-C is for the test, which then ends its children.
  setsid();
  bool ready = dup2(input, STDIN_FILENO) >= 0 &&
               dup2(output, STDOUT_FILENO) >= 0 &&
               dup2(output, STDERR_FILENO) >= 0;
  if (ready && user.has_value()) {
    ready = setgroups(1, &user->gid) == 0 && setgid(user->gid) == 0 &&
            setuid(user->uid) == 0;
  }
  if (ready) {
    // Servers mind signals that their parent blocked or ignored.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    signal(SIGPIPE, SIG_DFL);
    execvp(arguments[0], arguments);
  }
  _exit(127);
}

}  // namespace

std::optional<SystemUser> UnprivilegedUser() {
  if (geteuid() != 0) return std::nullopt;
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* const entry = getpwnam(name)) {
      return SystemUser{entry->pw_uid, entry->pw_gid};
    }
  }
  return std::nullopt;
}

absl::Status GiveTo(const std::optional<SystemUser>& user,
                    const std::string& path) {
  if (!user.has_value()) return absl::OkStatus();
  const auto give = [&user](const std::string& one) -> absl::Status {
    if (lchown(one.c_str(), user->uid, user->gid) == 0) return absl::OkStatus();
    return absl::PermissionDeniedError(
        absl::StrCat("cannot change the owner of ", one, ": ",
                     std::generic_category().message(errno)));
  };
  absl::Status status = give(path);
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator it(path, error), end;
       status.ok() && !error && it != end; it.increment(error)) {
    status = give(it->path().string());
  }
  return status;
}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& command, const Options& options) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const File nothing("/dev/null", O_RDWR);
  const File output(
      options.output_file.empty() ? "/dev/null" : options.output_file.c_str(),
      O_WRONLY | O_CREAT | O_APPEND);
  if (nothing.descriptor() < 0 || output.descriptor() < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot write ", options.output_file));
  }
  const int input = options.input < 0 ? nothing.descriptor() : options.input;
  const pid_t pid = fork();
  if (pid == 0) {
    Become(arguments.data(), options.user, input, output.descriptor());
  }
  if (pid < 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot start ", command[0], ": ",
                     std::generic_category().message(errno)));
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid));
}

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::StartWatcher(
    const std::vector<std::string>& command, int* input) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::UnavailableError("cannot make a pipe");
  }
  Options options;
  options.input = ends[0];
  auto watcher = Start(command, options);
  close(ends[0]);
  *input = ends[1];
  return watcher;
}

ChildProcess::~ChildProcess() {
  Signal(SIGKILL);
  Wait();
}

bool ChildProcess::running() { return !Wait(absl::ZeroDuration()); }

void ChildProcess::Signal(int signal) {
  if (!ended_) kill(pid_, signal);
}

bool ChildProcess::Wait(absl::Duration timeout) {
  const SteadyTime until = After(timeout);
  while (!ended_) {
    const bool forever = timeout == absl::InfiniteDuration();
    int status = 0;
    const pid_t ended = waitpid(pid_, &status, forever ? 0 : WNOHANG);
    if (ended == pid_) {
      ended_ = true;
      exit_code_ =
          WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    } else if (ended < 0 && errno != EINTR) {
      ended_ = true;  // Somebody else has waited for it.
    } else if (ended == 0) {
      if (SteadyNow() >= until) return false;
      absl::SleepFor(absl::Milliseconds(2));
    }
  }
  return true;
}

absl::StatusOr<std::string> RunCommand(const std::vector<std::string>& command,
                                       const std::optional<SystemUser>& user) {
  const TemporaryFolder folder;
  ChildProcess::Options options;
  options.user = user;
  options.output_file = absl::StrCat(folder.path(), "/output");
  const absl::StatusOr<std::unique_ptr<ChildProcess>> process =
      ChildProcess::Start(command, options);
  if (!process.ok()) return process.status();
  (*process)->Wait();
  std::string output = ReadFile(options.output_file);
  if ((*process)->exit_code() == 0) return output;
  return absl::UnknownError(absl::StrCat(
      absl::StrJoin(command, " "), " ended with exit code ",
      (*process)->exit_code(), ": ", absl::StripAsciiWhitespace(output)));
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace modelservice
