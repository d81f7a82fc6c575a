// White space: around texts, as Python has it, and between words.
#ifndef MODELSERVICE_SCHEMA_WHITE_SPACE_H_
#define MODELSERVICE_SCHEMA_WHITE_SPACE_H_

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// `text` without the white space at its ends: what Python's str.strip takes
// off, which Django REST framework trims strings with. Views `text`.
absl::string_view Trimmed(absl::string_view text);

// Between the words of filters, orders and conditions of access.
inline bool IsSpace(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c));
}

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_WHITE_SPACE_H_
