#include "modelservice/db/sqlite/errors.h"

#include <sqlite3.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/decimal_arithmetic.h"
#include "modelservice/db/sqlite/regexp.h"

namespace modelservice::sqlite {
namespace {

using Kind = DatabaseError::Kind;

Kind KindOfConstraint(int code, absl::string_view message) {
  // RESTRICT is a trigger of SQLite's own, with the words of a key.
  if (message == "FOREIGN KEY constraint failed") return Kind::kForeignKey;
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return Kind::kUnique;
    case SQLITE_CONSTRAINT_NOTNULL:
      return Kind::kNotNull;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return Kind::kForeignKey;
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_TRIGGER:  // RAISE in a trigger: the user's own rule
#ifdef SQLITE_CONSTRAINT_DATATYPE
    case SQLITE_CONSTRAINT_DATATYPE:  // a STRICT table
#endif
      return Kind::kCheck;
    default:
      return Kind::kOther;
  }
}

Kind KindOfIo(int code) {
  switch (code) {
    case SQLITE_IOERR_NOMEM:
      return Kind::kFull;
    case SQLITE_IOERR_DATA:
    case SQLITE_IOERR_CORRUPTFS:
      return Kind::kCorrupt;
    default:
      return Kind::kConnection;
  }
}

Kind KindOf(int code, absl::string_view message) {
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return KindOfConstraint(code, message);
    case SQLITE_BUSY:
      // A read transaction that cannot become a write one, however long it
      // waits.
      if (code == SQLITE_BUSY_SNAPSHOT) return Kind::kSerialization;
      return Kind::kBusy;
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // a race for the WAL's locks
      return Kind::kBusy;
    case SQLITE_READONLY:
      // Somebody moved the file.
      if (code == SQLITE_READONLY_DBMOVED) return Kind::kConnection;
      return Kind::kReadOnly;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return Kind::kFull;
    case SQLITE_IOERR:
      return KindOfIo(code);
    case SQLITE_CANTOPEN:
      return Kind::kConnection;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Kind::kCorrupt;
    case SQLITE_INTERRUPT:
      return Kind::kCancelled;
    case SQLITE_TOOBIG:    // a value longer than SQLite's limit
    case SQLITE_MISMATCH:  // text in an INTEGER PRIMARY KEY
      return Kind::kCheck;
    case SQLITE_SCHEMA:
      return Kind::kSchema;
    case SQLITE_ERROR:
      if (absl::StartsWith(message, "no such table") ||
          absl::StartsWith(message, "no such column") ||
          absl::StrContains(message, " has no column named ")) {
        return Kind::kSchema;
      }
      // A text to look for of more than 50,000 bytes.
      if (message == "LIKE or GLOB pattern too complex") return Kind::kValue;
      if (absl::StartsWith(message, kTooManyDigits)) return Kind::kValue;
      return Kind::kOther;
    default:
      return Kind::kOther;
  }
}

// "customer.email, customer.name": the column is what follows the last dot.
void ReadColumns(absl::string_view list, DatabaseError* error) {
  for (const absl::string_view name : absl::StrSplit(list, ", ")) {
    const size_t dot = name.rfind('.');
    if (dot == absl::string_view::npos) continue;
    error->table = std::string(name.substr(0, dot));
    error->columns.emplace_back(name.substr(dot + 1));
  }
}

// Fills table, columns and constraint from the wording of SQLite's messages,
// which has been stable since 3.8.
void ReadPlace(absl::string_view message, DatabaseError* error) {
  if (absl::ConsumePrefix(&message, "UNIQUE constraint failed: ")) {
    // An index on an expression has no columns to name.
    if (absl::ConsumePrefix(&message, "index '") &&
        absl::ConsumeSuffix(&message, "'")) {
      error->constraint = std::string(message);
    } else {
      ReadColumns(message, error);
    }
  } else if (absl::ConsumePrefix(&message, "NOT NULL constraint failed: ")) {
    ReadColumns(message, error);
  } else if (absl::ConsumePrefix(&message, "CHECK constraint failed: ")) {
    error->constraint = std::string(message);
  } else if (absl::ConsumePrefix(&message, "no such table: ")) {
    error->table = std::string(message);
  } else if (absl::ConsumePrefix(&message, "no such column: ")) {
    error->columns.emplace_back(message);
  } else if (absl::ConsumePrefix(&message, "cannot store ")) {
    // "cannot store TEXT value in INTEGER column customer.age"
    const size_t column = message.rfind(" column ");
    if (column != absl::string_view::npos) {
      ReadColumns(message.substr(column + 8), error);
    }
  } else if (absl::ConsumePrefix(&message, "table ")) {
    // "table customer has no column named age"
    const size_t words = message.find(" has no column named ");
    if (words != absl::string_view::npos) {
      error->table = std::string(message.substr(0, words));
      error->columns.emplace_back(message.substr(words + 21));
    }
  }
}

}  // namespace

absl::Status ErrorOf(int code, absl::string_view message) {
  if (code == SQLITE_AUTH) {
    // Connection refuses statements that begin or end transactions.
    message =
        "transactions begin and end by RunRead, RunWrite and Savepoint, not by "
        "statements";
  }
  if (code == SQLITE_ERROR) {
    // Of a SUM, which PostgreSQL has room for: whoever reads it has none.
    if (message == "integer overflow") return absl::OutOfRangeError(message);
    if (absl::StartsWith(message, kNoPattern)) {
      return absl::InvalidArgumentError(message);
    }
  }
  DatabaseError error;
  error.kind = KindOf(code, message);
  ReadPlace(message, &error);
  return MakeDatabaseError(error, message);
}

absl::Status PrepareErrorOf(int code, sqlite3* connection) {
  const absl::string_view message = sqlite3_errmsg(connection);
  // A fault that SQLite meets before it has read the schema it may call a
  // change of that; its words are the fault's.
  if (code == SQLITE_SCHEMA && message != sqlite3_errstr(SQLITE_SCHEMA)) {
    code = SQLITE_ERROR;
  }
  const absl::Status status = ErrorOf(code, message);
  auto error = GetDatabaseError(status);
  if (code != SQLITE_ERROR || !error.has_value()) return status;
  if (error->kind == Kind::kOther) error->kind = Kind::kSyntax;
#if SQLITE_VERSION_NUMBER >= 3038000
  const int offset = sqlite3_error_offset(connection);
  if (offset >= 0) error->offset = static_cast<size_t>(offset);
#endif
  return MakeDatabaseError(*error, status.message());
}

absl::Status ClosedError() {
  return MakeDatabaseError(Kind::kConnection, "the database is closed");
}

}  // namespace modelservice::sqlite
