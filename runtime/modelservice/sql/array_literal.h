// Arrays as PostgreSQL writes them, `{1,NULL,"a b"}`, and as ProtoJSON writes a
// repeated field, `["1",null,"a b"]`.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_ARRAY_LITERAL_H_
#define MODELSERVICE_SQL_ARRAY_LITERAL_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "modelservice/schema/json_array.h"
#include "modelservice/schema/table_column.h"

namespace modelservice {

// Appends `text` as an element.
void AppendArrayElement(absl::string_view text, std::string* literal);

// Appends an element, NULL where there is no text, to JSON; false for what is
// none.
using ElementToJson = absl::FunctionRef<bool(
    std::optional<absl::string_view> text, std::string* json)>;
// Has `text` be what an element that is a string of JSON is in a literal; false
// for what is none.
using ElementOfJson =
    absl::FunctionRef<bool(const JsonArray& element, std::string* text)>;

// Appends `literal`, of any dimensions, to JSON. False for what is no array.
bool JsonOfArrayLiteral(absl::string_view literal, ElementToJson append,
                        std::string* json);
// The other way; what is no string goes over as it is written, and null as
// `null`, which JSON has a value for.
bool ArrayLiteralOfJson(absl::string_view json, ElementOfJson of_string,
                        std::string* literal, absl::string_view null = "NULL");

// Takes the element at the front of `*literal`, up to what delimits it.
// `quoted` tells NULL from "NULL". False for what is none.
bool TakeArrayElement(absl::string_view* literal, bool* quoted,
                      std::string* text);

// The same of types of which nothing is known but their texts: domains, enums,
// types of extensions. `type` is that of the repeated field.
bool JsonOfArrayLiteral(absl::string_view literal, FieldType type,
                        std::string* json);

bool ArrayLiteralOfJson(absl::string_view json, FieldType type,
                        std::string* literal);

// `json`, an array, with its spans as ProtoJSON writes Durations: a day has 24
// hours, a month 30 days. What is no span stays.
std::string WithDurations(absl::string_view json);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_ARRAY_LITERAL_H_
