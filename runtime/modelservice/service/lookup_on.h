// A lookup of any operand: lookup.h, which generated code includes, has that of
// a column.
#ifndef MODELSERVICE_SERVICE_LOOKUP_ON_H_
#define MODELSERVICE_SERVICE_LOOKUP_ON_H_

#include <optional>
#include <string>
#include <vector>

#include "modelservice/service/lookup.h"

namespace modelservice {

// As LookupCondition.
std::optional<Expression> LookupOn(const Expression& operand, Lookup lookup,
                                   std::vector<Literal> values,
                                   std::string* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_LOOKUP_ON_H_
