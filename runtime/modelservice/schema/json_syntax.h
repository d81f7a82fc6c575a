// Whether a text is JSON.
#ifndef MODELSERVICE_SCHEMA_JSON_SYNTAX_H_
#define MODELSERVICE_SCHEMA_JSON_SYNTAX_H_

#include "absl/strings/string_view.h"

namespace modelservice {

// One value of RFC 8259, with space around it or without; what it means is not
// looked at. False where more than a hundred values are inside of each other.
bool IsJson(absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_JSON_SYNTAX_H_
