// What went wrong in a database, in terms that every database shares. The
// backends make these; the service layer turns them into answers.
//
// A database error is an absl::Status whose message is the driver's own text -
// for the log, never for a client - with a DatabaseError as payload. Its code:
//
//   kUnique                                   ALREADY_EXISTS
//   kForeignKey, kNotNull, kCheck, kValue     FAILED_PRECONDITION
//   kBusy, kSerialization, kTooLong           ABORTED
//   kConnection, kReadOnly, kFull             UNAVAILABLE
//   kTimeout                                  DEADLINE_EXCEEDED
//   kCancelled                                CANCELLED
//   kCorrupt                                  DATA_LOSS
//   kSchema, kSyntax, kOther                  INTERNAL
//
// A program's own SQL is its argument: of kSchema, kSyntax, and a parameter
// that is to blame, raw_query.h makes INVALID_ARGUMENT, with the payload kept.
#ifndef MODELSERVICE_DB_ERROR_H_
#define MODELSERVICE_DB_ERROR_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace modelservice {

struct DatabaseError {
  enum class Kind {
    kUnique,  // also a primary key
    kForeignKey,
    kNotNull,
    kCheck,
    kValue,          // one that the column's type does not take
    kBusy,           // locked by somebody else for too long
    kSerialization,  // lost against a concurrent transaction; may be run again
    kTooLong,        // the transaction took longer than one may that writes
    kConnection,     // the server or the file went away
    kReadOnly,
    kFull,       // no space left
    kTimeout,    // the call's deadline passed
    kCancelled,  // the caller went away
    kCorrupt,
    kSchema,  // no such table or column
    kSyntax,  // a statement that the database does not take as it is written
    kOther,
  };
  Kind kind = Kind::kOther;
  // Where, as far as the database says it: column names for kUnique and
  // kNotNull, the constraint's name for kCheck.
  std::string table;
  std::vector<std::string> columns;
  std::string constraint;
  // Of rows that are written together, which one it is of, counted from 0.
  std::optional<size_t> row = std::nullopt;
  // Where in the statement's text, in bytes, the database met what it does not
  // take.
  std::optional<size_t> offset = std::nullopt;
  // The parameter that is to blame, counted from 1: of kValue its value, of
  // kSyntax the statement, which does not say of what type it is.
  std::optional<size_t> parameter = std::nullopt;
};

absl::Status MakeDatabaseError(const DatabaseError& error,
                               absl::string_view driver_text);
// One that names no place.
absl::Status MakeDatabaseError(DatabaseError::Kind kind,
                               absl::string_view driver_text);

// Of a transaction whose body must not be run again, for it has done what
// cannot be undone (Transaction::DoNotRunAgain): nobody is to be told to try
// again.
void MarkNotAgain(absl::Status* status);
bool IsNotAgain(const absl::Status& status);

// The DatabaseError in `status`; nullopt when it has none.
std::optional<DatabaseError> GetDatabaseError(const absl::Status& status);
// Whether it has one of this kind.
bool HasKind(const absl::Status& status, DatabaseError::Kind kind);

// Whether it is one of what a row holds: of a constraint, or of a type.
bool IsOfOneRow(const absl::Status& status);
// The same error, of that one of rows that are written together, which stands
// before its text: "[2]: ". What is none of a row stays as it is.
absl::Status OfRow(const absl::Status& status, size_t row);

}  // namespace modelservice

#endif  // MODELSERVICE_DB_ERROR_H_
