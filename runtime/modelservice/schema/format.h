// What a string with a Format must look like.
#ifndef MODELSERVICE_SCHEMA_FORMAT_H_
#define MODELSERVICE_SCHEMA_FORMAT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// Whether `text` has the format. True for kNone.
bool HasFormat(Format format, absl::string_view text);

// Whether a value of the format is read from its text, as a number or an
// address is, so that "" is none, and of a text that is none nothing else is
// asked.
bool IsReadFromText(Format format);

// The sentence for a text without it, in Django REST framework's words.
absl::string_view FormatFault(Format format, absl::string_view text);

// An IP address as Python writes it: IPv6 in small letters and as short as it
// gets; one of IPv4 that is mapped into it as that where `format` is kIp. As it
// is where it is none.
std::string CanonicalAddress(Format format, absl::string_view text);

// Whether the host of a URL of Format::kUri is one to Django: `localhost`, an
// address, or a name with a dot.
bool HasFullHost(absl::string_view url);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_FORMAT_H_
