// What a filter's comparison asks of what lies inside of a column of JSON: of
// maps by key, of messages by field, of google.protobuf.Struct by name, of
// lists by their elements.
//
//   labels.env = "prod"    what a key of a map has
//   labels:env             whether it has the key
//   shelf.room = "north"   a field of a message
//   custom.severity >= 3   of a Struct: a number, for the value is one
//   tags:ink               whether a list has the element
//   parts.name:ink         whether one of its elements has this
//
// What fields of messages hold is known, and checked; in a Struct the value
// says what is looked for, and a bare number, true, false and null are no
// texts. Of lists, arrays among them, only `:` asks.
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

// Whether the comparison, without names to go on with, asks for a key or an
// element of the column's.
bool AsksInside(const FilterTarget& target, int column,
                const FilterComparison& asked);

// The rows in whose `column`, which HasInside, what stands at `names` meets the
// comparison; without names, one that AsksInside. None, with `fault`, for a
// name that there is not and a value of another type.
std::optional<Expression> CompareInside(const FilterTarget& target, int column,
                                        absl::Span<const FilterText> names,
                                        const FilterComparison& asked,
                                        TextFault* fault);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_JSON_H_
