// PostgreSQL's errors as DatabaseErrors.
#ifndef MODELSERVICE_DB_POSTGRES_ERRORS_H_
#define MODELSERVICE_DB_POSTGRES_ERRORS_H_

#include <libpq-fe.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace modelservice::postgres {

// What the server says of an error; empty where it says nothing.
// https://www.postgresql.org/docs/current/protocol-error-fields.html
struct ErrorFields {
  absl::string_view sqlstate;
  absl::string_view message;
  absl::string_view detail;
  absl::string_view table;
  absl::string_view column;
  absl::string_view constraint;
  // The domain that a value is none of.
  absl::string_view datatype;
  // The function of the server that raised it.
  absl::string_view function;
  // Where it was raised, outermost last.
  absl::string_view context;
  // Where in the statement it is, in characters from 1.
  absl::string_view position;
};

// Points into `result`.
ErrorFields FieldsOf(const PGresult* result);

// Of a pattern that is no regular expression a plain INVALID_ARGUMENT: no row
// is to blame for it.
absl::Status ErrorOf(const ErrorFields& fields, absl::string_view sql = "");
// `sql`, the statement, says where in it the error is, and of a parameter the
// column that it is for.
absl::Status ErrorOf(const PGresult* result, absl::string_view sql = "");

// The connection's own last error.
absl::Status ConnectionError(const PGconn* connection);

// The answer to calls that come after Close.
absl::Status ClosedError();

// Whether a prepared statement may be to blame that was made before the schema
// or the server connection changed: prepared anew it may do.
bool IsStale(const ErrorFields& fields);

// Whether a parameter's type does not take its text. Types say so in states of
// their own, ltree as if the statement had a wrong syntax.
bool IsOfParameter(const ErrorFields& fields);

// Lost against another transaction: run again, it may do.
bool IsConflict(const ErrorFields& fields);

// It waited for a lock for longer than it may, or did not wait at all.
bool IsLocked(const ErrorFields& fields);

// Cancelled, by us or somebody else or a timeout of the server.
bool IsCancelled(const ErrorFields& fields);

// Whether the connection ends with this error: the server says so, or libpq.
bool EndsConnection(const PGresult* result);
// The server only reads, as a standby does: what was the primary may have
// become one, and the server's name lead to another one by now.
bool IsOfStandby(const ErrorFields& fields);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_ERRORS_H_
