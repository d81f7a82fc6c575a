// How a request's field filters by a column: Django's lookups.
#ifndef MODELSERVICE_SERVICE_LOOKUP_H_
#define MODELSERVICE_SERVICE_LOOKUP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

enum class Lookup : uint8_t {
  kExact,
  kIExact,
  kIn,
  kGt,
  kGte,
  kLt,
  kLte,
  kRange,  // from the first to the second of two values, both included
  kContains,
  kIContains,
  kStartsWith,
  kIStartsWith,
  kEndsWith,
  kIEndsWith,
  kIsNull,
  kRegex,
  kIRegex,
};

// Whether it takes a list of values.
constexpr bool TakesList(Lookup lookup) {
  return lookup == Lookup::kIn || lookup == Lookup::kRange;
}

// Whether its values are the column's; else they are texts, or a choice.
constexpr bool ComparesValues(Lookup lookup) {
  switch (lookup) {
    case Lookup::kExact:
    case Lookup::kIn:
    case Lookup::kGt:
    case Lookup::kGte:
    case Lookup::kLt:
    case Lookup::kLte:
    case Lookup::kRange:
      return true;
    default:
      return false;
  }
}

// The rows whose column meets `values`, of which there is one if it takes no
// list. None, with a sentence for the client, for values that do not fit.
std::optional<Expression> LookupCondition(const Table& table, int column,
                                          Lookup lookup,
                                          std::vector<Literal> values,
                                          std::string* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_LOOKUP_H_
