// Whether bytes from the database may go into a protobuf string field.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_UTF8_H_
#define TESTS_BENCHMARK_HANDWRITTEN_UTF8_H_

#include "absl/strings/string_view.h"

namespace handwritten {

// Well-formed by RFC 3629: no overlong form, no surrogate, nothing past
// U+10FFFF. Plain ASCII is checked eight bytes at a time.
bool IsUtf8(absl::string_view text);

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_UTF8_H_
