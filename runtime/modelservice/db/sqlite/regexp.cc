#include "modelservice/db/sqlite/regexp.h"

#include <re2/re2.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"

namespace modelservice::sqlite {
namespace {

re2::StringPiece TextOf(sqlite3_value* value) {
  const auto* const text =
      reinterpret_cast<const char*>(sqlite3_value_text(value));
  return re2::StringPiece(text,
                          static_cast<size_t>(sqlite3_value_bytes(value)));
}

// regexp(pattern, text), which `text REGEXP pattern` means. The pattern is
// compiled once for a statement, where it is a parameter.
void Regexp(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL ||
      sqlite3_value_type(arguments[1]) == SQLITE_NULL) {
    return;
  }
  const auto* pattern =
      static_cast<const RE2*>(sqlite3_get_auxdata(context, 0));
  std::unique_ptr<RE2> compiled;
  if (pattern == nullptr) {
    compiled = std::make_unique<RE2>(TextOf(arguments[0]), RE2::Quiet);
    if (!compiled->ok()) {
      const std::string error =
          absl::StrCat(kNoPattern, ": ", compiled->error());
      sqlite3_result_error(context, error.c_str(), -1);
      return;
    }
    pattern = compiled.get();
  }
  sqlite3_result_int(context,
                     RE2::PartialMatch(TextOf(arguments[1]), *pattern) ? 1 : 0);
  if (compiled != nullptr) {
    sqlite3_set_auxdata(context, 0, compiled.release(),
                        [](void* kept) { delete static_cast<RE2*>(kept); });
  }
}

}  // namespace

int AddRegexp(sqlite3* connection) {
  return sqlite3_create_function(connection, "regexp", 2,
                                 SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                 &Regexp, nullptr, nullptr);
}

}  // namespace modelservice::sqlite
