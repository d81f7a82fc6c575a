#include "modelservice/protogen/kept_rules.h"

#include <algorithm>
#include <cstdint>

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

// A check that no value meets: the database's matter alone.
bool IsEmptyRange(const catalog::ColumnRule& rule) {
  double min;
  double max;
  return absl::SimpleAtod(rule.min, &min) && absl::SimpleAtod(rule.max, &max) &&
         min > max;
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

bool IsInRange(const TypedField& typed, const std::string& text) {
  int32_t small;
  int64_t large;
  return typed.type == FieldType::kInt32 ? absl::SimpleAtoi(text, &small)
                                         : absl::SimpleAtoi(text, &large);
}

bool CanSay(const TypedField& typed, const catalog::ColumnRule& rule) {
  const FieldSettings& said = typed.field.settings;
  if (typed.field.label == "repeated" ||
      (!rule.in.empty() && said.in_size() > 0) ||
      (!rule.min.empty() && said.has_min()) ||
      (!rule.max.empty() && said.has_max())) {
    return false;
  }
  if (!rule.in.empty()) {
    return typed.type == FieldType::kString && typed.format == Format::kNone &&
           std::all_of(rule.in.begin(), rule.in.end(),
                       [&](const std::string& text) {
                         return KeepsRules(typed, text);
                       });
  }
  const bool is_integer =
      typed.type == FieldType::kInt32 || typed.type == FieldType::kInt64;
  const bool is_number = is_integer || typed.type == FieldType::kFloat ||
                         typed.type == FieldType::kDouble ||
                         typed.format == Format::kDecimal;
  if (!is_number || IsEmptyRange(rule)) return false;
  return !is_integer || ((rule.min.empty() || IsInRange(typed, rule.min)) &&
                         (rule.max.empty() || IsInRange(typed, rule.max)));
}

}  // namespace modelservice::proto
