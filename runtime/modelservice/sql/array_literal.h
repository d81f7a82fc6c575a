// Arrays as PostgreSQL writes them, `{1,NULL,"a b"}`, of types of which nothing
// is known but their texts: domains, enums, types of extensions.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_ARRAY_LITERAL_H_
#define MODELSERVICE_SQL_ARRAY_LITERAL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table_column.h"

namespace modelservice {

// Appends `text` as an element.
void AppendArrayElement(absl::string_view text, std::string* literal);

// Takes the element at the front of `*literal`, up to what delimits it.
// `quoted` tells NULL from "NULL". False for what is none.
bool TakeArrayElement(absl::string_view* literal, bool* quoted,
                      std::string* text);

// Appends `literal` as ProtoJSON writes a repeated field of the type. False for
// what is no array.
bool JsonOfArrayLiteral(absl::string_view literal, FieldType type,
                        std::string* json);

// The other way. False for what is no JSON array.
bool ArrayLiteralOfJson(absl::string_view json, FieldType type,
                        std::string* literal);

// `json`, an array, with its spans as ProtoJSON writes Durations: a day has 24
// hours, a month 30 days. What is no span stays.
std::string WithDurations(absl::string_view json);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_ARRAY_LITERAL_H_
