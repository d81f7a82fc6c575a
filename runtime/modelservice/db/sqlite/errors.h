// SQLite's result codes and messages as DatabaseErrors.
#ifndef MODELSERVICE_DB_SQLITE_ERRORS_H_
#define MODELSERVICE_DB_SQLITE_ERRORS_H_

#include <sqlite3.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace modelservice::sqlite {

// The error of an extended result code and the message that SQLite gave with
// it, from which table, columns and constraint are taken. Of what no row is to
// blame for, plain ones: INVALID_ARGUMENT for a pattern that is no regular
// expression, OUT_OF_RANGE for a SUM past 64 bits.
absl::Status ErrorOf(int code, absl::string_view message);

// The same of a statement that `connection` did not prepare: what is nothing
// else is kSyntax, with its place.
absl::Status PrepareErrorOf(int code, sqlite3* connection);

// The answer to calls that come after Close.
absl::Status ClosedError();

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_ERRORS_H_
