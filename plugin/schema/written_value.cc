#include "plugin/schema/written_value.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

// The parsers of numbers take blanks, "inf" and hexadecimal digits, too; the
// text goes into SQL, so nothing but plain digits will do.
bool IsPlain(absl::string_view text, absl::string_view characters) {
  return !text.empty() &&
         text.find_first_not_of(characters) == absl::string_view::npos;
}

bool IsIntegerOf(FieldType type, absl::string_view text) {
  if (!IsPlain(text, "-0123456789")) return false;
  int64_t value = 0;
  // A column holds no more than this, whatever the field does.
  if (!absl::SimpleAtoi(text, &value)) return false;
  if (!IsSigned(type) && value < 0) return false;
  if (IsLong(type)) return true;
  return IsSigned(type) ? value >= std::numeric_limits<int32_t>::min() &&
                              value <= std::numeric_limits<int32_t>::max()
                        : value <= std::numeric_limits<uint32_t>::max();
}

bool IsNumber(absl::string_view text) {
  double value = 0;
  return IsPlain(text, "+-.0123456789eE") && absl::SimpleAtod(text, &value) &&
         std::isfinite(value);
}

bool IsDecimal(absl::string_view text) {
  return IsPlain(text, "+-.0123456789") && IsNumber(text);
}

bool IsEnumValue(const Field& field, absl::string_view text) {
  for (const auto& [name, number] : field.enum_values) {
    if (name == text) return true;
  }
  return false;
}

std::string IntegerName(FieldType type) {
  return absl::StrCat(IsSigned(type) ? "" : "unsigned ",
                      IsLong(type) ? "64" : "32", "-bit integer");
}

}  // namespace

bool IsValueOf(const Field& field, absl::string_view text, std::string* fault) {
  const auto require = [&](bool valid, absl::string_view what) {
    if (!valid) *fault = absl::StrCat("\"", text, "\" is no ", what);
    return valid;
  };
  if (IsInteger(field.type)) {
    return require(IsIntegerOf(field.type, text), IntegerName(field.type));
  }
  if (IsFloating(field.type)) return require(IsNumber(text), "number");
  switch (field.type) {
    case FieldType::kBool:
      return require(text == "true" || text == "false", "true or false");
    case FieldType::kEnum:
      return require(IsEnumValue(field, text),
                     absl::StrCat("value of ", field.type_name));
    case FieldType::kString:
      return field.format != Format::kDecimal ||
             require(IsDecimal(text), "decimal number");
    default:
      return true;
  }
}

bool IsGreater(const Field& field, absl::string_view a, absl::string_view b) {
  if (IsInteger(field.type)) {
    int64_t left = 0;
    int64_t right = 0;
    return absl::SimpleAtoi(a, &left) && absl::SimpleAtoi(b, &right) &&
           left > right;
  }
  double left = 0;
  double right = 0;
  return absl::SimpleAtod(a, &left) && absl::SimpleAtod(b, &right) &&
         left > right;
}

}  // namespace modelservice::plugin
