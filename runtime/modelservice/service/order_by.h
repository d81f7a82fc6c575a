// The order that a List's request asks for: `order_by` of AIP-132 ("year desc,
// title"), and Django's `ordering` ("-year,title"). Either may be written in
// either, and both may name fields of rows that these refer to.
#ifndef MODELSERVICE_SERVICE_ORDER_BY_H_
#define MODELSERVICE_SERVICE_ORDER_BY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"
#include "modelservice/service/text_fault.h"

namespace modelservice {

// Whether a client may order by the column.
bool IsSortable(const Column& column);

// Of a name that is no column's: the number that stands for it in place of a
// column's; -1 where it is none, with `fault` if there is more to say of it.
using OtherOrdering =
    absl::FunctionRef<int(absl::string_view name, std::string* fault)>;

// Ends with the key, so that no two rows are equal in it. None, with `fault`
// filled in, for a field that there is not, or that may not be ordered by.
std::optional<std::vector<Ordering>> ParseOrderBy(absl::string_view text,
                                                  const Table& table,
                                                  OtherOrdering other,
                                                  TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_ORDER_BY_H_
