// Words that are looked for in a model's searchable columns, by the rules of
// Django REST framework's SearchFilter.
#ifndef MODELSERVICE_SERVICE_SEARCH_H_
#define MODELSERVICE_SERVICE_SEARCH_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// The words of a `search`: what stands between blanks and commas, or in quotes.
std::vector<std::string> SearchWords(absl::string_view search);

// The rows that have each of the words, whatever its case, in some searchable
// column.
Expression SearchCondition(const Table& table,
                           const std::vector<std::string>& words);

// The rows of which some searchable column meets what `condition` makes of it;
// none where there is no such column.
Expression AnySearchable(
    const Table& table,
    absl::FunctionRef<Expression(const Expression& column)> condition);

bool HasSearchable(const Table& table);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_SEARCH_H_
