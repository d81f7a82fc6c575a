// Values as what a type of the server holds, whichever form they are then sent
// in: see parameters.h and copy_text.h.
#ifndef MODELSERVICE_DB_POSTGRES_CONVERSION_H_
#define MODELSERVICE_DB_POSTGRES_CONVERSION_H_

#include <libpq-fe.h>

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/value.h"

namespace modelservice::postgres {

// Makes `value`, if it is not NULL, of the kind that belongs to `type`:
//
//   kInteger    bool, the integers
//   kReal       float4, float8
//   kBlob       bytea
//   kText       text and its kin
//
// For other types it is left as it is, but that bytes become text and a text
// that is a time, for a timestamp, kTimestamp: the server parses the rest. A
// text belongs to whom it belonged to; a list is left as it is. False when the
// type cannot hold it; `value` is then of no use.
bool Convert(Oid type, Value* value);

// What to answer when `value` does not fit; `place` is where it came from, like
// "parameter 1", `column` what it is of, if that is known, and `parameter` its
// number, if it is one.
absl::Status DoesNotFit(const Value& value, Oid type, absl::string_view place,
                        std::string column = "",
                        std::optional<size_t> parameter = std::nullopt);

bool HasNul(absl::string_view text);

// Whether it is the last Timestamp, to a nanosecond that no column has: what
// infinity is read as.
bool IsInfinity(const Value& time);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_CONVERSION_H_
