// Whether a text is JSON, and what a string of it says.
#ifndef MODELSERVICE_SCHEMA_JSON_SYNTAX_H_
#define MODELSERVICE_SCHEMA_JSON_SYNTAX_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// One value of RFC 8259, with space around it or without; what it means is not
// looked at. False where more than a hundred values are inside of each other.
bool IsJson(absl::string_view text);

// Whether PostgreSQL's jsonb takes `json`, which is JSON: no NUL in a string,
// no half of a surrogate pair, and of a number no more digits than NUMERIC has.
bool IsJsonb(absl::string_view json);

// Takes a string, from its first quotation mark to its last, off `json`, and
// has `text` be its characters (RFC 8259, section 7). False for one without an
// end, and for escapes that are none, as half of a surrogate pair.
bool TakeJsonString(absl::string_view* json, std::string* text);

// Appends `text`, which is UTF-8, as a string.
void QuoteJson(absl::string_view text, std::string* json);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_JSON_SYNTAX_H_
