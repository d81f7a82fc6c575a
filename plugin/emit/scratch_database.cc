#include "plugin/emit/scratch_database.h"

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace modelservice::plugin {
namespace {

// The statements of a table of 2,000 columns with long names are shorter.
constexpr int kMaxStatement = 4 << 20;
constexpr int kMaxInstructions = 1 << 20;
// What SQLite had before it could be told.
constexpr int kMaxParserDepth = 100;
constexpr sqlite3_int64 kMaxMemory = 256 << 20;
// In instructions of SQLite's machine. A table takes some hundreds.
constexpr int kMaxSteps = 1 << 20;

constexpr char kNul[] = "there is a NUL in it";
constexpr char kMore[] = "there are more statements in it than one";

// SQLite reads no further than the first.
bool HasNul(const std::string& sql) {
  return sql.find('\0') != std::string::npos;
}
bool IsOver(const char* rest) {
  return absl::StripAsciiWhitespace(absl::string_view(rest)).empty();
}

int Stop(void*) noexcept { return 1; }

int SameOrder(void*, int, const void*, int, const void*) noexcept { return 0; }

// Not by TRUSTED_SCHEMA: SQLite counts its functions for JSON among the unsafe
// ones, and Django's checks are made of them.
int AuthorizeFunction(absl::string_view name) {
  return name == "load_extension" || name == "fts3_tokenizer" ? SQLITE_DENY
                                                              : SQLITE_OK;
}

// Of the server's connections, and of Django's: REGEXP. Nothing is looked at.
void Matches(sqlite3_context* context, int, sqlite3_value**) noexcept {
  sqlite3_result_int(context, 1);
}

}  // namespace

ScratchDatabase::ScratchDatabase() {
  sqlite3_hard_heap_limit64(kMaxMemory);
  sqlite3* database = nullptr;
  // A failure leaves an object that explains every later one.
  sqlite3_open_v2(":memory:", &database,
                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
                      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_MEMORY,
                  nullptr);
  database_.reset(database);
  if (database == nullptr) return;
  sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, kMaxStatement);
  sqlite3_limit(database, SQLITE_LIMIT_VDBE_OP, kMaxInstructions);
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
#ifdef SQLITE_LIMIT_PARSER_DEPTH
  sqlite3_limit(database, SQLITE_LIMIT_PARSER_DEPTH, kMaxParserDepth);
#endif
  // A name in double quotes is a name, as in PostgreSQL, never a string.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_create_function(database, "regexp", 2,
                          SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, &Matches,
                          nullptr, nullptr);
  sqlite3_progress_handler(database, kMaxSteps, Stop, nullptr);
}

std::string ScratchDatabase::Make(const std::string& sql, size_t count) {
  sqlite3_set_authorizer(database_.get(), MayMake, nullptr);
  sqlite3_create_collation(database_.get(), "modelservice_decimal", SQLITE_UTF8,
                           nullptr, nullptr);
  if (HasNul(sql)) return kNul;
  const char* rest = sql.c_str();
  for (size_t i = 0; i < count; ++i) {
    Statement statement;
    std::string fault = PrepareNext(&rest, &statement);
    if (!fault.empty()) return fault;
    const int result = sqlite3_step(statement.get());
    if (result != SQLITE_DONE) return Explain(result);
  }
  return IsOver(rest) ? "" : kMore;
}

std::string ScratchDatabase::Prepare(const std::string& sql) {
  sqlite3_set_authorizer(database_.get(), MayPrepare, nullptr);
  // Of the server's connections; a table may not name it.
  sqlite3_create_collation(database_.get(), "modelservice_decimal", SQLITE_UTF8,
                           nullptr, SameOrder);
  if (HasNul(sql)) return kNul;
  const char* rest = sql.c_str();
  Statement statement;
  std::string fault = PrepareNext(&rest, &statement);
  return !fault.empty() || IsOver(rest) ? fault : kMore;
}

std::string ScratchDatabase::PrepareNext(const char** sql,
                                         Statement* statement) {
  sqlite3_stmt* prepared = nullptr;
  const int result =
      sqlite3_prepare_v2(database_.get(), *sql, -1, &prepared, sql);
  statement->reset(prepared);
  if (result != SQLITE_OK) return Explain(result);
  return prepared == nullptr ? "there is no statement in it" : "";
}

std::string ScratchDatabase::Explain(int result) {
  const char* const words = sqlite3_errmsg(database_.get());
  return result == SQLITE_OK ? "" : words;
}

int ScratchDatabase::MayMake(void*, int action, const char* subject,
                             const char* name, const char*,
                             const char*) noexcept {
  switch (action) {
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_INDEX:
    case SQLITE_REINDEX:  // what an index is filled by
    case SQLITE_READ:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return AuthorizeFunction(name);
    // The schema's own rows.
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      return absl::string_view(subject) == "sqlite_master" ? SQLITE_OK
                                                           : SQLITE_DENY;
    default:
      return SQLITE_DENY;
  }
}

int ScratchDatabase::MayPrepare(void*, int action, const char*,
                                const char* name, const char*,
                                const char*) noexcept {
  switch (action) {
    case SQLITE_READ:
    case SQLITE_SELECT:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      return AuthorizeFunction(name);
    default:
      return SQLITE_DENY;
  }
}

}  // namespace modelservice::plugin
