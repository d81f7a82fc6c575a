// The words of a statement of SQLite's, without blanks and comments.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_INTROSPECT_SQLITE_TOKENS_H_
#define MODELSERVICE_INTROSPECT_SQLITE_TOKENS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::catalog {

// Views the statement.
struct SqliteToken {
  absl::string_view text;  // with its quotes
  int depth = 0;           // of parentheses around it
};

std::vector<SqliteToken> SqliteTokens(absl::string_view sql);

// Whether it is this keyword, in any case: a name in quotes is none.
bool IsKeyword(const SqliteToken& token, absl::string_view word);

// A name without its quotes.
std::string UnquotedName(absl::string_view text);

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_SQLITE_TOKENS_H_
