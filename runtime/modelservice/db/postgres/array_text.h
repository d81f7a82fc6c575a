// Arrays: `{1,NULL,"a b"}` to PostgreSQL, `["1",null,"a b"]` to everybody else,
// as ProtoJSON writes a repeated field.
#ifndef MODELSERVICE_DB_POSTGRES_ARRAY_TEXT_H_
#define MODELSERVICE_DB_POSTGRES_ARRAY_TEXT_H_

#include <libpq-fe.h>

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/value.h"

namespace modelservice::postgres {

// `element` is the type of the elements. False for what is no JSON array.
bool ArrayFromJson(absl::string_view json, Oid element, std::string* array);

// From the text form. False for what is none.
bool JsonFromArray(absl::string_view array, Oid element, std::string* json);

// From the binary form, which names the type of its elements. False for what is
// none, or has elements without a binary form of ours.
bool JsonFromBinaryArray(absl::string_view bytes, std::string* json);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_ARRAY_TEXT_H_
