// The operator REGEXP: `text REGEXP pattern`, in RE2's syntax
// (https://github.com/google/re2/wiki/Syntax), whose time is linear in the
// text.
#ifndef MODELSERVICE_DB_SQLITE_REGEXP_H_
#define MODELSERVICE_DB_SQLITE_REGEXP_H_

#include <sqlite3.h>

#include "absl/strings/string_view.h"

namespace modelservice::sqlite {

// What the error of a pattern that is none begins with.
constexpr absl::string_view kNoPattern = "no regular expression";

// Gives the connection the operator. A pattern that is none is the statement's
// error. SQLite's code.
int AddRegexp(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_REGEXP_H_
