// What a comparison of a filter asks, by the names on its left.
#ifndef MODELSERVICE_SERVICE_FILTER_PATH_H_
#define MODELSERVICE_SERVICE_FILTER_PATH_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/service/filter_target.h"
#include "modelservice/service/text_fault.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// The rows that meet `node`, of kind kCompare, for one of its values. None,
// with `fault`, for a name that there is not or that may not be filtered by,
// and a value of another type.
std::optional<Expression> ComparePath(const FilterTarget& target,
                                      const FilterNode& node,
                                      const FilterText& value,
                                      TextFault* fault);

// Each is a look at other rows for each row of the one before it: going back
// and forth, they would be a power of the rows.
inline constexpr int kMostRelations = 3;

// Whether every caller may read, and filter by, the columns that refer.
bool IsKnownToAll(const Table& table, int key);

// Null where the model has no such relation, or there is no model.
const RelatedField* FindRelated(const Model* model, absl::string_view name);

// What to say of a name that is neither a field nor a relation.
std::string NoSuchPath(const Table& table, const Model* model,
                       absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_PATH_H_
