// What a string with a Format must look like.
#ifndef MODELSERVICE_SCHEMA_FORMAT_H_
#define MODELSERVICE_SCHEMA_FORMAT_H_

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// Whether `text` has the format. True for kNone.
bool HasFormat(Format format, absl::string_view text);

// The sentence for a text without it, in Django REST framework's words.
absl::string_view FormatFault(Format format);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_FORMAT_H_
