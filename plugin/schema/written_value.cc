#include "plugin/schema/written_value.h"

#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/format.h"
#include "plugin/schema/type_families.h"

namespace modelservice::plugin {
namespace {

// The parsers of numbers take blanks, "inf" and hexadecimal digits, too; the
// text goes into SQL, so nothing but plain digits will do.
bool IsPlain(absl::string_view text, absl::string_view characters) {
  return !text.empty() &&
         text.find_first_not_of(characters) == absl::string_view::npos;
}

struct Range {
  int64_t least;
  int64_t most;
};

// What a column of the type holds: 64 bits with a sign, whatever the field.
Range RangeOf(FieldType type) {
  if (IsLong(type)) {
    return {IsSigned(type) ? std::numeric_limits<int64_t>::min() : 0,
            std::numeric_limits<int64_t>::max()};
  }
  return IsSigned(type) ? Range{std::numeric_limits<int32_t>::min(),
                                std::numeric_limits<int32_t>::max()}
                        : Range{0, std::numeric_limits<uint32_t>::max()};
}

bool IsIntegerIn(const Range& range, absl::string_view text) {
  int64_t value = 0;
  return IsPlain(text, "-0123456789") && absl::SimpleAtoi(text, &value) &&
         value >= range.least && value <= range.most;
}

bool IsNumber(absl::string_view text) {
  double value = 0;
  return IsPlain(text, "+-.0123456789eE") && absl::SimpleAtod(text, &value) &&
         std::isfinite(value);
}

// A `float` has fewer digits than a double, and a smaller range.
double NumberOf(const Field& field, absl::string_view text) {
  double value = 0;
  float small = 0;
  if (field.type == FieldType::kFloat) {
    return absl::SimpleAtof(text, &small) ? static_cast<double>(small) : 0;
  }
  return absl::SimpleAtod(text, &value) ? value : 0;
}

// Neither too large for the field nor so small that nothing is left of it:
// PostgreSQL takes no such literal.
bool Holds(const Field& field, absl::string_view text) {
  const double value = NumberOf(field, text);
  const bool zero =
      text.substr(0, text.find_first_of("eE")).find_first_of("123456789") ==
      absl::string_view::npos;
  return std::isfinite(value) && (value != 0 || zero);
}

// The number of the enum's value of that name, or null.
const int* NumberOfName(const Field& field, absl::string_view text) {
  for (const auto& [name, number] : field.enum_values) {
    if (name == text) return &number;
  }
  return nullptr;
}

std::string ValueNames(const Field& field) {
  return absl::StrJoin(field.enum_values, ", ",
                       [](std::string* out, const auto& value) {
                         absl::StrAppend(out, value.first);
                       });
}

}  // namespace

bool IsValueOf(const Field& field, absl::string_view text, std::string* fault) {
  const auto require = [&](bool valid, absl::string_view what) {
    if (!valid) *fault = absl::StrCat("\"", text, "\" is ", what);
    return valid;
  };
  if (IsInteger(field.type)) {
    const Range range = RangeOf(field.type);
    return require(
        IsIntegerIn(range, text),
        absl::StrCat("no integer from ", range.least, " to ", range.most));
  }
  if (IsFloating(field.type)) {
    return require(IsNumber(text), "no number") &&
           require(Holds(field, text), absl::StrCat("no number that a ",
                                                    field.type_name, " holds"));
  }
  switch (field.type) {
    case FieldType::kBool:
      return require(text == "true" || text == "false",
                     "neither true nor false");
    case FieldType::kEnum:
      return require(NumberOfName(field, text) != nullptr,
                     absl::StrCat("none of ", ValueNames(field)));
    case FieldType::kString:
      return field.spec().format != Format::kDecimal ||
             require(HasFormat(Format::kDecimal, text) && IsNumber(text),
                     "no decimal number");
    default:
      return true;
  }
}

bool IsNumeric(const Field& field) {
  if (field.repeated) return false;
  return IsInteger(field.type) || IsFloating(field.type) ||
         (field.type == FieldType::kString &&
          field.spec().format == Format::kDecimal);
}

std::string StoredForm(const Field& field, absl::string_view text) {
  if (field.type == FieldType::kEnum) {
    const int* const number = NumberOfName(field, text);
    if (number == nullptr) return std::string(text);
    if (field.spec().storage == Storage::kNative) return absl::StrCat(*number);
    for (const auto& [name, of_name] : field.enum_values) {
      if (of_name == *number) return name;
    }
  }
  int64_t value = 0;
  if (IsInteger(field.type) && absl::SimpleAtoi(text, &value)) {
    return absl::StrCat(value);
  }
  return std::string(text);
}

bool IsGreater(const Field& field, absl::string_view a, absl::string_view b) {
  if (IsInteger(field.type)) {
    int64_t left = 0;
    int64_t right = 0;
    return absl::SimpleAtoi(a, &left) && absl::SimpleAtoi(b, &right) &&
           left > right;
  }
  if (field.type == FieldType::kString) {
    return CompareDecimals(a, b).value_or(0) > 0;
  }
  return NumberOf(field, a) > NumberOf(field, b);
}

}  // namespace modelservice::plugin
