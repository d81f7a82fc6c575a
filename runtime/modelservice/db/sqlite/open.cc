// Opening a connection, and what to tell when that fails.
#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/connection.h"
#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {
namespace {

using Kind = DatabaseError::Kind;

// 256 MiB of the file are read in place. A log that grew beside a long-lived
// cursor is cut back to 64 MiB. What is sorted without an index goes to a
// temporary file once it is larger than the connection's share of cache_size:
// in memory it would have no bound.
constexpr char kSettings[] =
    "PRAGMA foreign_keys=ON;"
    "PRAGMA temp_store=FILE;"
    "PRAGMA mmap_size=268435456;"
    "PRAGMA journal_size_limit=67108864;";

const char* SynchronousSetting(SqliteOptions::Synchronous synchronous) {
  switch (synchronous) {
    case SqliteOptions::Synchronous::kFull:
      return "PRAGMA synchronous=FULL;";
    case SqliteOptions::Synchronous::kNormal:
      return "PRAGMA synchronous=NORMAL;";
    case SqliteOptions::Synchronous::kOff:
      return "PRAGMA synchronous=OFF;";
  }
  return "PRAGMA synchronous=FULL;";
}

bool CanWrite(const std::filesystem::path& path) {
  return access(path.c_str(), R_OK | W_OK) == 0;
}

// What the file system says about a path that could not be opened; empty when
// nothing is wrong with it.
std::string FaultOfPath(const SqliteOptions& options) {
  const std::filesystem::path path(options.path);
  std::filesystem::path folder = path.parent_path();
  if (folder.empty()) folder = ".";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    return absl::StrCat("there is no folder ", folder.string(),
                        "; create it or name another file");
  }
  if (std::filesystem::is_directory(path, ignored)) {
    return "it is a folder; name a file in it";
  }
  if (!std::filesystem::exists(path, ignored) && options.read_only) {
    return "there is no such file; name the right one";
  }
  if (!std::filesystem::exists(path, ignored) && !options.create) {
    return "there is no such file; name the right one or allow create";
  }
  if (options.read_only) {
    return access(path.c_str(), R_OK) == 0
               ? ""
               : "the file cannot be read; give this process the right to";
  }
  if (std::filesystem::exists(path, ignored) && !CanWrite(path)) {
    return "the file cannot be written; give this process the right to read "
           "and write it";
  }
  if (!CanWrite(folder)) {
    return absl::StrCat("the folder ", folder.string(),
                        " cannot be written, and the log goes beside the file; "
                        "give this process the right to write there");
  }
  return "";
}

std::string FaultOf(const SqliteOptions& options, int code,
                    absl::string_view message) {
  switch (code & 0xff) {
    case SQLITE_NOTADB:
      return "it is not an SQLite database, or its header is damaged; name "
             "another file or restore it from a backup";
    case SQLITE_CORRUPT:
      return "the database is damaged; restore it from a backup";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process keeps it locked; stop that or allow a longer "
             "busy_timeout";
    default:
      break;
  }
  // In words already.
  if (absl::StartsWith(message, "it is a ")) return std::string(message);
  std::string fault = FaultOfPath(options);
  return fault.empty() ? std::string(message) : fault;
}

// "cannot open shop.db: ...", of the kind that the code has.
absl::Status OpenError(const SqliteOptions& options, int code,
                       absl::string_view message) {
  const absl::Status error = ErrorOf(code, message);
  const auto details = GetDatabaseError(error);
  return MakeDatabaseError(details.has_value() ? details->kind : Kind::kOther,
                           absl::StrCat("cannot open ", options.path, ": ",
                                        FaultOf(options, code, message)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(
    const SqliteOptions& options, Mode mode, CacheCounts* statements) {
  int flags = SQLITE_OPEN_NOMUTEX;
  flags |= options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options.create && !options.read_only && mode == Mode::kWrite) {
    flags |= SQLITE_OPEN_CREATE;
  }
  // Some builds of SQLite take "file:..." for a URI, and ":..." is SQLite's
  // own.
  std::string path = options.path;
  if (path != kInMemory && path[0] != '/') path.insert(0, "./");

  if (options.path != kInMemory) {
    // SQLite would wait for who writes to a FIFO.
    const absl::Status kind = CheckRegularFile(options.path);
    if (absl::StartsWith(kind.message(), "is a ") &&
        !absl::StartsWith(kind.message(), "is a folder")) {
      return OpenError(options, SQLITE_CANTOPEN,
                       absl::StrCat("it ", kind.message()));
    }
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (code != SQLITE_OK) {
    absl::Status error = OpenError(options, code, sqlite3_errstr(code));
    sqlite3_close(handle);
    return error;
  }
  sqlite3_extended_result_codes(handle, 1);
  std::unique_ptr<Connection> connection(
      new Connection(handle, options, statements));
  absl::Status status = connection->SetUp(options, mode);
  if (!status.ok()) return status;
  return connection;
}

absl::Status Connection::SetUp(const SqliteOptions& options, Mode mode) {
  // What SQLite cannot write it opens for reading only.
  if (!options.read_only && sqlite3_db_readonly(handle(), "main") == 1) {
    return OpenError(options, SQLITE_READONLY, "the file cannot be written");
  }
  // A misspelt column in double quotes is an error, not a text.
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  std::string settings = kSettings;
  if (mode == Mode::kRead) settings += "PRAGMA query_only=ON;";
  settings += SynchronousSetting(options.synchronous);
  // Reads the header and the schema, in which damage shows.
  settings += "SELECT count(*) FROM sqlite_master;";

  int code =
      sqlite3_exec(handle(), settings.c_str(), nullptr, nullptr, nullptr);
  if (code == SQLITE_OK && mode == Mode::kWrite && !options.read_only &&
      options.path != kInMemory) {
    bool on = false;
    code = sqlite3_exec(
        handle(), "PRAGMA journal_mode=WAL",
        [](void* is_on, int, char** values, char**) noexcept {
          *static_cast<bool*>(is_on) = absl::string_view(values[0]) == "wal";
          return 0;
        },
        &on, nullptr);
    if (code == SQLITE_OK && !on) {
      return OpenError(options, SQLITE_CANTOPEN,
                       "its file system does not support SQLite's write-ahead "
                       "log; move it to a local disk");
    }
  }
  if (code != SQLITE_OK) {
    return OpenError(options, code, sqlite3_errmsg(handle()));
  }
  return absl::OkStatus();
}

}  // namespace modelservice::sqlite
