// Results of the server as Values.
#ifndef MODELSERVICE_DB_POSTGRES_VALUES_H_
#define MODELSERVICE_DB_POSTGRES_VALUES_H_

#include <libpq-fe.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/value.h"

namespace modelservice::postgres {

// Reads one value that is not NULL. `value` views `bytes` or, where text has to
// be made, `space`. False for bytes that are no value of the type.
//
//   bool                     Integer 0 or 1
//   int2, int4, int8, oid    Integer
//   float4, float8           Real
//   bytea                    Blob
//   timestamp, timestamptz   Timestamp; Text "infinity" and "-infinity"
//   interval                 Text, as schema/interval_text.h writes it
//   numeric                  Text, all digits of its scale
//   arrays                   Text, as JSON
//   all others               Text, as PostgreSQL writes it
using Decode = bool (*)(Oid type, absl::string_view bytes, std::string* space,
                        Value* value);

// The binary forms that most columns have, for loops that read them in place
// (binary_form.h); kOther has its Decode only.
enum class Form : uint8_t {
  kOther,
  kBool,
  kInt4,
  kInt8,
  kFloat8,
  kText,
  kTime
};
Form FormOf(Oid type);

// Null for a type whose binary form is not known here.
Decode BinaryDecoder(Oid type);
// There is one for every type.
Decode TextDecoder(Oid type);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_VALUES_H_
