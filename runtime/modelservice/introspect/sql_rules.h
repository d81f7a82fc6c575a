// What the options of a field can say of a column's DEFAULT and CHECK.
#ifndef MODELSERVICE_INTROSPECT_SQL_RULES_H_
#define MODELSERVICE_INTROSPECT_SQL_RULES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::catalog {

struct Default {
  enum class Kind {
    kNull,
    kLiteral,  // `text` is the value: a number, true, a string without quotes
    kNow,      // the time of the INSERT
    kOther,    // anything else that SQL can compute
  };
  Kind kind = Kind::kOther;
  std::string text;
};

// Reads `0`, `'it''s'`, `'new'::character varying`, `CURRENT_TIMESTAMP`, with
// parentheses around or not.
Default ParseDefault(absl::string_view sql);

// A CHECK that is about one column and that options have a word for.
struct ColumnRule {
  std::string column;
  std::string min;  // inclusive; empty: none
  std::string max;
  // Whether the bounds themselves are refused, as by `x > 0`.
  bool above_min = false;
  bool below_max = false;
  std::vector<std::string> in;
};

// Without blanks and parentheses around all of it.
absl::string_view Bare(absl::string_view sql);

// Reads `"quantity" >= 0`, `x BETWEEN 1 AND 5`, `state IN ('new', 'paid')` and
// what PostgreSQL makes of them; nullopt for any other condition.
std::optional<ColumnRule> ParseCheck(absl::string_view sql);

// The column that a CHECK allows nothing but JSON in, or NULL: it is
// `json_valid("data")`, or `json_valid("data") OR "data" IS NULL`. Any other
// condition has json_valid for some of the rows alone.
std::optional<std::string> JsonColumnOf(absl::string_view sql);

// The CHECK of a domain, of which VALUE is the value, for a column.
std::string CheckOfValue(absl::string_view sql, absl::string_view column);

// Whether SQL has the name as a word of its own, in whatever case.
bool Names(absl::string_view sql, absl::string_view name);

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_SQL_RULES_H_
