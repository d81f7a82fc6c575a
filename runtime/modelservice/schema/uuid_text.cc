#include "modelservice/schema/uuid_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace modelservice {

bool ReadUuid(absl::string_view text, std::string* digits) {
  constexpr size_t kDigits = 32;
  digits->clear();
  absl::ConsumePrefix(&text, "urn:");
  absl::ConsumePrefix(&text, "uuid:");
  while (absl::ConsumePrefix(&text, "{")) {
  }
  while (absl::ConsumeSuffix(&text, "}")) {
  }
  for (const char c : text) {
    if (c == '-') continue;
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c)) ||
        digits->size() == kDigits) {
      return false;
    }
    digits->push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  return digits->size() == kDigits;
}

std::string WithHyphens(absl::string_view digits) {
  return absl::StrCat(digits.substr(0, 8), "-", digits.substr(8, 4), "-",
                      digits.substr(12, 4), "-", digits.substr(16, 4), "-") +
         std::string(digits.substr(20));
}

}  // namespace modelservice
