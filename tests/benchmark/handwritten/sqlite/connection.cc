#include "handwritten/sqlite/connection.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace handwritten::sqlite {
namespace {

// The same for both servers, so that the comparison is of code alone.
constexpr char kPragmas[] =
    "PRAGMA busy_timeout=5000;"
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA cache_size=-65536;"
    "PRAGMA mmap_size=268435456;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA foreign_keys=ON;";

absl::string_view Text(sqlite3_stmt* statement, int column) {
  // In this order: the first call may convert the value, which sets its size.
  const auto* text =
      reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  return {text, static_cast<size_t>(sqlite3_column_bytes(statement, column))};
}

}  // namespace

void Statement::Bind(int parameter, int64_t value) {
  sqlite3_bind_int64(handle_.get(), parameter, value);
}

void Statement::Bind(int parameter, double value) {
  sqlite3_bind_double(handle_.get(), parameter, value);
}

void Statement::Bind(int parameter, absl::string_view value) {
  // A null pointer would bind NULL, which an empty text is not.
  sqlite3_bind_text64(handle_.get(), parameter,
                      value.empty() ? "" : value.data(), value.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}

UserRow Statement::Row() const {
  sqlite3_stmt* const statement = handle_.get();
  UserRow row;
  row.id = sqlite3_column_int64(statement, 0);
  row.username = Text(statement, 1);
  row.email = Text(statement, 2);
  row.created_at = sqlite3_column_int64(statement, 3);
  row.is_active = sqlite3_column_int(statement, 4) != 0;
  row.score = sqlite3_column_double(statement, 5);
  return row;
}

absl::StatusOr<Connection> Connection::Open(const std::string& path,
                                            Mode mode) {
  Connection connection;
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  connection.handle_.reset(handle);
  if (code != SQLITE_OK ||
      sqlite3_exec(handle, kPragmas, nullptr, nullptr, nullptr) != SQLITE_OK ||
      (mode == Mode::kRead &&
       sqlite3_exec(handle, "PRAGMA query_only=ON", nullptr, nullptr,
                    nullptr) != SQLITE_OK)) {
    return absl::UnavailableError(
        absl::StrCat(path, ": ", connection.ErrorText()));
  }
  return connection;
}

absl::StatusOr<Statement> Connection::Prepare(absl::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  if (sqlite3_prepare_v3(
          handle_.get(), sql.data(), static_cast<int>(sql.size()),
          SQLITE_PREPARE_PERSISTENT, &handle, nullptr) != SQLITE_OK) {
    return absl::InternalError(absl::StrCat(sql, ": ", ErrorText()));
  }
  Statement statement;
  statement.handle_.reset(handle);
  return statement;
}

int64_t Connection::LastInsertedKey() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

int64_t Connection::Changes() const { return sqlite3_changes(handle_.get()); }

bool Connection::InTransaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

int Connection::ExtendedError() const {
  return sqlite3_extended_errcode(handle_.get());
}

std::string Connection::ErrorText() const {
  return sqlite3_errmsg(handle_.get());
}

}  // namespace handwritten::sqlite
