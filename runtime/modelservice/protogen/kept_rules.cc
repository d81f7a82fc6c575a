#include "modelservice/protogen/kept_rules.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/format.h"
#include "modelservice/schema/utf8.h"

namespace modelservice::proto {
namespace {

bool HasDigits(const FieldSettings& settings, const std::string& text) {
  Decimal decimal;
  if (!settings.has_max_digits() || !Decimal::Parse(text, &decimal)) {
    return true;
  }
  return DigitsFault(decimal, settings.max_digits(), settings.decimal_places())
      .empty();
}

}  // namespace

bool KeepsRules(const TypedField& typed, const std::string& text) {
  const FieldSettings& settings = typed.field.settings;
  if (typed.type == FieldType::kString) {
    if (!HasFormat(typed.format, text) || !HasDigits(settings, text)) {
      return false;
    }
    if (settings.max_length() > 0 &&
        Utf8Length(text) > static_cast<size_t>(settings.max_length())) {
      return false;
    }
  }
  const auto& in = settings.in();
  if (!in.empty() && std::find(in.begin(), in.end(), text) == in.end()) {
    return false;
  }
  double value = 0;
  double bound = 0;
  if (!absl::SimpleAtod(text, &value)) return true;  // no number
  return (!absl::SimpleAtod(settings.min(), &bound) || value >= bound) &&
         (!absl::SimpleAtod(settings.max(), &bound) || value <= bound);
}

}  // namespace modelservice::proto
