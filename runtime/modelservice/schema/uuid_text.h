// UUIDs as text.
#ifndef MODELSERVICE_SCHEMA_UUID_TEXT_H_
#define MODELSERVICE_SCHEMA_UUID_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// Reads what Python's UUID does - 32 hexadecimal digits, with hyphens anywhere,
// in braces, behind `urn:uuid:` - as these digits, their letters small.
bool ReadUuid(absl::string_view text, std::string* digits);

// `01234567-89ab-cdef-0123-456789abcdef` of 32 digits.
std::string WithHyphens(absl::string_view digits);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_UUID_TEXT_H_
