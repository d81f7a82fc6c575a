// The language of List's `filter`: AIP-160 (https://google.aip.dev/160), by its
// grammar (https://google.aip.dev/assets/misc/ebnf-filtering.txt).
//
//   filter     = [expression]
//   expression = sequence {"AND" sequence}
//   sequence   = factor {factor}
//   factor     = term {"OR" term}
//   term       = ["NOT" | "-"] (restriction | "(" expression ")")
//   restriction = member [comparator (value | "(" expression ")")]
//   member     = text {"." text}
//
// OR binds tighter than AND, and what stands side by side is an AND. Nothing
// here knows of fields or types: filter_condition.h does.
//
//   FilterNode filter;
//   TextFault fault;
//   if (!ParseFilter("pages > 5 -title:war", {}, &filter, &fault)) ...
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SERVICE_FILTER_SYNTAX_H_
#define MODELSERVICE_SERVICE_FILTER_SYNTAX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/service/text_fault.h"

namespace modelservice {

// How large a filter may be. What is past a bound is refused by its name.
struct FilterBounds {
  size_t bytes = 4096;  // max_filter_bytes
  // max_filter_depth: parentheses, negations, names inside of others.
  int depth = 20;
  int terms = 100;  // max_filter_terms: comparisons and words
};

enum class FilterOperator : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kHas,  // `:`
};

// "=", "!=", ...
absl::string_view TextOf(FilterOperator op);

// A name, a value or a word.
struct FilterText {
  size_t at = 0;
  bool quoted = false;
  std::string text;  // without quotes and escapes
  // Places in `text` of stars that stand for any text.
  std::vector<size_t> stars;
};

struct FilterNode {
  enum class Kind : uint8_t {
    kAnd,      // of `parts`; of none: every row
    kOr,       // of two or more `parts`
    kNot,      // of one part
    kCompare,  // `path` `op` `value`, or, for each word in it, the one part
    kWord,     // `value`
  };

  Kind kind = Kind::kAnd;
  size_t at = 0;
  std::vector<FilterNode> parts;
  std::vector<FilterText> path;
  FilterOperator op = FilterOperator::kEqual;
  FilterText value;
};

// False, with `fault` filled in, for what is no filter.
bool ParseFilter(absl::string_view text, const FilterBounds& bounds,
                 FilterNode* filter, TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_SYNTAX_H_
