// Values of rows that a List's rows refer to, by which these are ordered:
// "customer.name", as in a filter, or Django's "customer__name".
#ifndef MODELSERVICE_SERVICE_ORDER_WAYS_H_
#define MODELSERVICE_SERVICE_ORDER_WAYS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/call_ways.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// With dots; "" for what is no path, but one name.
std::string DottedPath(absl::string_view name);

// What a dotted path leads to: NULL of a row that refers to none, or to one
// that is not there for the caller. None, with `fault`, for a name that there
// is not, a way to several rows, and what may not be ordered by.
std::optional<Expression> ValueAlong(const Model& model, absl::string_view path,
                                     CallWays& ways, std::string* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_ORDER_WAYS_H_
