#include "modelservice/db/sqlite/script.h"

#include <sqlite3.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"

namespace modelservice::sqlite {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
  }
};

// `error` with the statement in its words, and its details.
absl::Status InStatement(const absl::Status& error, absl::string_view text) {
  const auto details = GetDatabaseError(error);
  return MakeDatabaseError(details.value_or(DatabaseError()),
                           absl::StrCat(error.message(), "; in: ",
                                        absl::StripAsciiWhitespace(text)));
}

}  // namespace

absl::Status RunStatements(Connection& connection, absl::string_view sql) {
  // SQLite reads no further, and would not say so.
  if (const size_t nul = sql.find('\0'); nul != absl::string_view::npos) {
    return InStatement(
        MakeDatabaseError({}, "a script cannot have a NUL character"),
        absl::CHexEscape(sql.substr(0, nul + 1)));
  }
  while (!sql.empty()) {
    const char* rest = nullptr;
    sqlite3_stmt* raw = nullptr;
    int code = sqlite3_prepare_v2(connection.handle(), sql.data(),
                                  static_cast<int>(sql.size()), &raw, &rest);
    const std::unique_ptr<sqlite3_stmt, Finalize> statement(raw);
    if (code != SQLITE_OK) {
      // Where the statement would have ended is not known.
      return InStatement(connection.Error(code), sql);
    }
    const absl::string_view text =
        sql.substr(0, static_cast<size_t>(rest - sql.data()));
    sql.remove_prefix(text.size());
    if (statement == nullptr) continue;  // a comment, or nothing
    do {
      code = sqlite3_step(statement.get());
    } while (code == SQLITE_ROW);
    if (code != SQLITE_DONE) return InStatement(connection.Error(code), text);
  }
  return absl::OkStatus();
}

}  // namespace modelservice::sqlite
