#include "modelservice/protogen/default_text.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "modelservice/protogen/kept_rules.h"
#include "modelservice/schema/interval_text.h"
#include "modelservice/schema/json_syntax.h"
#include "modelservice/schema/timestamp_text.h"

namespace modelservice::proto {
namespace {

// As SQL writes one that any type of number can read.
bool IsNumber(const std::string& text) {
  static const RE2& number = *new RE2("-?[0-9]+(\\.[0-9]+)?");
  return RE2::FullMatch(text, number);
}

// Whether a floating-point number of the type holds it, as the plugin wants it:
// to SQLite 9e999 is infinite.
bool IsFinite(const std::string& text, FieldType type) {
  double value;
  if (!absl::SimpleAtod(text, &value)) return false;
  if (type == FieldType::kFloat) {
    value = static_cast<double>(static_cast<float>(value));
  }
  return std::isfinite(value) &&
         (value != 0 || text.find_first_not_of("-.0") == std::string::npos);
}

}  // namespace

std::optional<std::string> DefaultText(const catalog::Catalog& catalog,
                                       const TypedField& typed,
                                       const catalog::SqlType& type,
                                       const std::string& text) {
  switch (typed.type) {
    case FieldType::kBool:
      if (text == "1" || text == "true" || text == "t") return "true";
      if (text == "0" || text == "false" || text == "f") return "false";
      return std::nullopt;
    case FieldType::kInt32:
    case FieldType::kInt64:
      if (!IsNumber(text) || !IsInRange(typed, text)) return std::nullopt;
      return text;
    case FieldType::kFloat:
    case FieldType::kDouble:
      if (!IsNumber(text) || !IsFinite(text, typed.type)) return std::nullopt;
      return text;
    case FieldType::kEnum:
      if (std::find(type.labels.begin(), type.labels.end(), text) ==
          type.labels.end()) {
        return std::nullopt;
      }
      return text;
    case FieldType::kString:
      // SQLite's columns of a type that it does not know are numeric to us.
      if ((typed.format == Format::kDecimal ||
           (!catalog.postgres &&
            type.kind == catalog::SqlType::Kind::kOther)) &&
          (!IsNumber(text) || !IsFinite(text, FieldType::kDouble))) {
        return std::nullopt;
      }
      return text;
    default:
      return std::nullopt;
  }
}

bool CanRead(const TypedField& typed, const std::string& text) {
  if (typed.type == FieldType::kMessage) return IsJson(text);
  if (text.empty()) return true;  // to numbers and times it is nothing
  double number = 0;
  const bool is_number = absl::SimpleAtod(text, &number);
  const bool is_whole = is_number && std::trunc(number) == number;
  bool truth = false;
  int64_t seconds = 0;
  int32_t nanos = 0;
  Interval interval;
  switch (typed.type) {
    case FieldType::kBool:
      return is_number || absl::SimpleAtob(text, &truth);
    case FieldType::kInt32:
      return is_whole && std::abs(number) < std::ldexp(1, 31);
    case FieldType::kInt64:
      return is_whole && std::abs(number) <= std::ldexp(1, 63);
    case FieldType::kFloat:
    case FieldType::kDouble:
      return is_number;
    case FieldType::kDuration:
      return is_number || ParseInterval(text, &interval);
    case FieldType::kTimestamp:
      return is_number || ParseTimestamp(text, &seconds, &nanos);
    default:
      return true;
  }
}

bool IsZero(const TypedField& typed, const std::string& text) {
  if (typed.type == FieldType::kBool) return text == "false";
  if (typed.type == FieldType::kString) return text.empty() && typed.has_zero;
  return typed.type != FieldType::kEnum &&
         text.find_first_not_of("-.0") == std::string::npos;
}

}  // namespace modelservice::proto
