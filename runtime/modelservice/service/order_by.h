// The order that a List's request asks for: `order_by` of AIP-132 ("year desc,
// title"), and Django's `ordering` ("-year,title"). Either may be written in
// either.
#ifndef MODELSERVICE_SERVICE_ORDER_BY_H_
#define MODELSERVICE_SERVICE_ORDER_BY_H_

#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"
#include "modelservice/service/text_fault.h"

namespace modelservice {

// Ends with the key, so that no two rows are equal in it. None, with `fault`
// filled in, for a field that there is not, or that may not be ordered by.
std::optional<std::vector<Ordering>> ParseOrderBy(absl::string_view text,
                                                  const Table& table,
                                                  TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_ORDER_BY_H_
