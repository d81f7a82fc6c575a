// White space around texts, as Python has it.
#ifndef MODELSERVICE_SCHEMA_WHITE_SPACE_H_
#define MODELSERVICE_SCHEMA_WHITE_SPACE_H_

#include "absl/strings/string_view.h"

namespace modelservice {

// `text` without the white space at its ends: what Python's str.strip takes
// off, which Django REST framework trims strings with. Views `text`.
absl::string_view Trimmed(absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_WHITE_SPACE_H_
