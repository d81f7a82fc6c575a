// A value that a client wrote in a filter, as the column that it is compared
// with stores it.
#ifndef MODELSERVICE_SERVICE_FILTER_VALUE_H_
#define MODELSERVICE_SERVICE_FILTER_VALUE_H_

#include <google/protobuf/descriptor.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

// By AIP-160: numbers, `true` and `false`, an enum value's name, durations like
// 1.5s, timestamps by RFC 3339. None, with what was `expected`, like "an
// integer", for what is none. The column holds one plain value, and no bytes;
// `field` is its field.
std::optional<Literal> ReadFilterValue(
    const Column& column, const google::protobuf::FieldDescriptor& field,
    absl::string_view text, std::string* expected);

// A number of no column, as in JSON.
std::optional<Literal> ReadFilterNumber(absl::string_view text);

// The value as the column would hold it: a double as a float, where that is
// what it has room for.
Value AsHeld(const Column& column, Value value);

// What the column, one of a table's, is compared with for a value of its field:
// StoredIn, or a decimal of more digits than the column has, which is a number
// all the same.
Value ComparedIn(absl::Span<const ColumnForm> forms, const Column& described,
                 int column, Value given, TextArena& arena);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_VALUE_H_
