#include "modelservice/protogen/default_text.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/numbers.h"
#include "modelservice/protogen/kept_rules.h"

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

std::optional<std::string> DefaultText(const TypedField& typed,
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
      if (typed.format == Format::kDecimal &&
          (!IsNumber(text) || !IsFinite(text, FieldType::kDouble))) {
        return std::nullopt;
      }
      return text;
    default:
      return std::nullopt;
  }
}

bool IsZero(const TypedField& typed, const std::string& text) {
  if (typed.type == FieldType::kBool) return text == "false";
  if (typed.type == FieldType::kString) return text.empty() && typed.has_zero;
  return typed.type != FieldType::kEnum &&
         text.find_first_not_of("-.0") == std::string::npos;
}

}  // namespace modelservice::proto
