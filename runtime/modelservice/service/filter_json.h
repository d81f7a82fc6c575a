// What a filter's comparison asks of what lies inside of a column of JSON: of
// maps by key, of messages by field, of google.protobuf.Struct by name.
//
//   labels.env = "prod"    what a key of a map has
//   labels:env             whether it has the key
//   shelf.room = "north"   a field of a message
//   custom.severity >= 3   of a Struct: a number, for the value is one
//
// What fields of messages hold is known, and checked; in a Struct the value
// says what is looked for, and a bare number, true, false and null are no
// texts.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SERVICE_FILTER_JSON_H_
#define MODELSERVICE_SERVICE_FILTER_JSON_H_

#include <optional>

#include "absl/types/span.h"
#include "modelservice/service/filter_target.h"
#include "modelservice/service/text_fault.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// Whether there are names to go on with inside of `column`, a position.
bool HasInside(const FilterTarget& target, int column);

// Whether what follows a `:` is a key of the column's, and no value.
bool HasKeys(const FilterTarget& target, int column);

// The rows in whose `column`, which HasInside, what stands at `names` meets the
// comparison. Without names the comparison asks for a key. None, with `fault`,
// for a name that there is not and a value of another type.
std::optional<Expression> CompareInside(const FilterTarget& target, int column,
                                        absl::Span<const FilterText> names,
                                        const FilterComparison& asked,
                                        TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_JSON_H_
