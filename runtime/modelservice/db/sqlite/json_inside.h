// What lies behind keys of JSON that may be written in several ways: SQLite
// compares keys with the bytes of JSON's text, where `<` may be `\u003c`, and a
// path of it has no form for `"`.
//
//   modelservice_inside('{"a\"b":[7]}', '3:a"b[0]')   '7'
//
// The path is that of SqliteDialect's JsonPath: a key behind its length, an
// index in brackets. NULL where there is nothing, and for what is no JSON.
#ifndef MODELSERVICE_DB_SQLITE_JSON_INSIDE_H_
#define MODELSERVICE_DB_SQLITE_JSON_INSIDE_H_

#include <sqlite3.h>

#include <optional>

#include "absl/strings/string_view.h"

namespace modelservice::sqlite {

// The text of the value there; of several keys that are one, the first.
std::optional<absl::string_view> JsonInside(absl::string_view json,
                                            absl::string_view path);

// Gives the connection the function. SQLite's code.
int AddJsonInside(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_JSON_INSIDE_H_
