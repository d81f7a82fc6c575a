// Texts that a filter looks for: as they are, with stars for any text, as
// words.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SERVICE_FILTER_TEXT_H_
#define MODELSERVICE_SERVICE_FILTER_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// Whether all of the text is stars, so that it stands for any text.
bool IsAny(const FilterText& text);

// Whether it is the bare word `null`, or the star alone, which ask whether a
// value is there.
bool IsNullWord(const FilterText& text);
bool IsStar(const FilterText& text);

// The texts that are `text`, whose stars stand for any.
Expression IsLike(const Expression& operand, const FilterText& text,
                  bool ignore_case);

// The texts in which the word is, whatever its case; with stars in it, the
// texts that are like it.
Expression HasWord(const Expression& operand, const FilterText& word);

Comparison ComparisonOf(FilterOperator op);

// "Expected an integer, not "x"."
std::string NotExpected(absl::string_view expected, const FilterText& text);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_TEXT_H_
