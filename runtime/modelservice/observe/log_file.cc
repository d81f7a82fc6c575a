#include "modelservice/observe/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef MODELSERVICE_HAS_SPDLOG
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#endif

#include <cerrno>
#include <cstdio>
#include <exception>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/log_form.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/log.h"

namespace modelservice {

#ifdef MODELSERVICE_HAS_SPDLOG
namespace {

// Some of the longest lines (base/log_queue.cc).
constexpr int64_t kLeastBytes = 64 << 10;
constexpr int kMostFiles = 1000;
// Between looks at what is at the path.
constexpr absl::Duration kPause = absl::Seconds(1);

absl::Status Unfit(absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("log_file: ", why));
}

bool MayWrite(const std::string& path) {
  return faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) == 0;
}

std::string LastError() { return std::generic_category().message(errno); }

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Whether it ends within a line, of which the disk had no room for the rest.
bool EndsWithinLine(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return false;
  const bool within =
      std::fseek(file, -1, SEEK_END) == 0 && std::fgetc(file) != '\n';
  std::fclose(file);
  return within;
}

// Used by the log's thread alone.
class OpenLogFile {
 public:
  explicit OpenLogFile(LogFile file) : file_(std::move(file)) {}
  OpenLogFile(const OpenLogFile&) = delete;
  OpenLogFile& operator=(const OpenLogFile&) = delete;

  absl::Status Open() {
    if (absl::Status fit = CheckLogFile(file_); !fit.ok()) return fit;
    try {
      sink_ = NewSink();
      sink_->set_pattern("%v");
      if (EndsWithinLine(file_.path)) Write("");
    } catch (const std::exception& error) {
      sink_ = nullptr;
      return Unfit(error.what());
    }
    return absl::OkStatus();
  }

  // Throws where the line cannot be written.
  void Add(const LogLine& line) {
    const std::string text = absl::StrCat(Elsewhere(), InForm(line));
    const SteadyTime now = SteadyNow();
    const bool is_full = IsFullFor(text);
    if (is_full || now >= next_look_) {
      next_look_ = After(kPause, now);
      if (sink_ == nullptr || IsAnother()) {
        Tell(Reopen());
      } else if (is_full) {
        // spdlog empties a file that it cannot set aside.
        Tell(Keep(CheckLogFile(file_)));
      }
    }
    if (sink_ == nullptr) {
      ++elsewhere_;
      throw spdlog::spdlog_ex("not open");
    }
    try {
      Write(text);
      elsewhere_ = 0;
    } catch (const std::exception& error) {
      ++elsewhere_;
      // Some of the line may be there, and spdlog may have closed the file.
      next_look_ = After(kPause, now);
      Tell(Keep(Unfit(error.what())));
      throw;
    }
  }

 private:
  static std::string InForm(const LogLine& line) {
    return CurrentLogFormat() == LogFormat::kJson ? line.ToJson()
                                                  : line.ToString();
  }

  // The line in front of the next one that tells of those that are not here.
  std::string Elsewhere() const {
    if (elsewhere_ == 0) return "";
    const std::string text = absl::StrCat(
        elsewhere_, " lines of the log are on standard error, while ",
        file_.path, " could not be written");
    return absl::StrCat(InForm({Severity::kWarning, absl::Now(), text}), "\n");
  }

  std::unique_ptr<spdlog::sinks::sink> NewSink() {
    spdlog::file_event_handlers handlers;
    handlers.after_open = [this](const std::string&, std::FILE* opened) {
      // So that a line is one write, whose error is seen, and needs no flush.
      std::setvbuf(opened, nullptr, _IONBF, 0);
      fcntl(fileno(opened), F_SETFD, FD_CLOEXEC);
      fstat(fileno(opened), &opened_);
      size_ = opened_.st_size;
    };
    if (file_.max_bytes == 0) {
      return std::make_unique<spdlog::sinks::basic_file_sink_st>(
          file_.path, /*truncate=*/false, handlers);
    }
    return std::make_unique<spdlog::sinks::rotating_file_sink_st>(
        file_.path, static_cast<size_t>(file_.max_bytes),
        static_cast<size_t>(file_.max_files), /*rotate_on_open=*/false,
        handlers);
  }

  // As spdlog counts: whether it sets the file aside before this line.
  bool IsFullFor(absl::string_view text) const {
    return sink_ != nullptr && file_.max_bytes > 0 &&
           size_ + static_cast<int64_t>(text.size()) + 1 > file_.max_bytes;
  }

  // Whether what is at the path is not what was opened.
  bool IsAnother() const {
    struct stat there {};
    return stat(file_.path.c_str(), &there) != 0 ||
           there.st_dev != opened_.st_dev || there.st_ino != opened_.st_ino;
  }

  void Write(absl::string_view text) {
    sink_->log(spdlog::details::log_msg(
        "", spdlog::level::info,
        spdlog::string_view_t(text.data(), text.size())));
    size_ += static_cast<int64_t>(text.size()) + 1;
  }

  absl::Status Reopen() {
    sink_ = nullptr;
    return Open();
  }

  // The file, where all is well.
  absl::Status Keep(absl::Status status) {
    if (!status.ok()) sink_ = nullptr;
    return status;
  }

  // To standard error, being the log's sink.
  void Tell(const absl::Status& status) {
    if (status.ok()) return;
    faults_.Log(Severity::kError,
                absl::StrCat(status.message(),
                             "; the log is on standard error meanwhile"));
  }

  const LogFile file_;
  struct stat opened_ {};
  std::unique_ptr<spdlog::sinks::sink> sink_;
  int64_t size_ = 0;
  SteadyTime next_look_ = After(kPause);
  int64_t elsewhere_ = 0;
  SeldomLog faults_;
};

}  // namespace

absl::Status CheckLogFile(const LogFile& file) {
  if (file.path.empty()) {
    return absl::InvalidArgumentError("log_file.path is missing");
  }
  if (file.max_bytes != 0 && file.max_bytes < kLeastBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("log_file.max_bytes must be at least ", kLeastBytes));
  }
  if (file.max_files < 1 || file.max_files > kMostFiles) {
    return absl::InvalidArgumentError(
        absl::StrCat("log_file.max_files must be from 1 to ", kMostFiles));
  }
  struct stat info {};
  const bool there = stat(file.path.c_str(), &info) == 0;
  if (there) {
    const absl::Status is_file = CheckRegularFile(file.path);
    if (!is_file.ok()) {
      return Unfit(absl::StrCat(file.path, " ", is_file.message()));
    }
  }
  // A file that is not there is one for a folder that is: spdlog would make
  // that, too, of a name that is misspelt.
  const std::string folder = FolderOf(file.path);
  if (there ? !MayWrite(file.path) : errno != ENOENT || !MayWrite(folder)) {
    return Unfit(absl::StrCat(file.path, " cannot be written: ", LastError()));
  }
  if (file.max_bytes > 0 && !MayWrite(folder)) {
    return Unfit(absl::StrCat(file.path, " cannot be set aside in ", folder,
                              ": ", LastError()));
  }
  return absl::OkStatus();
}

absl::Status LogToFile(const LogFile& file) {
  auto opened = std::make_unique<OpenLogFile>(file);
  if (absl::Status status = opened->Open(); !status.ok()) return status;
  SetLogSink(
      [opened = std::move(opened)](const LogLine& line) { opened->Add(line); });
  return absl::OkStatus();
}

#else

absl::Status CheckLogFile(const LogFile& file) {
  return absl::FailedPreconditionError(
      absl::StrCat("log_file is ", file.path,
                   ", and this was built without spdlog; install it (Debian: "
                   "libspdlog-dev) and build again, or drop the setting"));
}

absl::Status LogToFile(const LogFile& file) { return CheckLogFile(file); }

#endif

}  // namespace modelservice
