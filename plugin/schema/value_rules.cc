#include <re2/re2.h>

#include <string>

#include "plugin/schema/field_rules.h"
#include "plugin/schema/type_families.h"
#include "plugin/schema/written_value.h"

namespace modelservice::plugin {
namespace {

bool IsText(const Field& field) {
  return !field.repeated && field.type == FieldType::kString;
}

// A string or bytes, whose length is bounded.
bool HasLength(const Field& field) {
  return IsText(field) || (!field.repeated && field.type == FieldType::kBytes);
}

bool IsNumeric(const Field& field) {
  return !field.repeated &&
         (IsInteger(field.type) || IsFloating(field.type) ||
          (IsText(field) && field.format == Format::kDecimal));
}

void CheckLengths(FieldUnderTest& test) {
  const FieldSettings& settings = test.field().settings;
  constexpr int kMin = FieldSettings::kMinLengthFieldNumber;
  constexpr int kMax = FieldSettings::kMaxLengthFieldNumber;
  if (!HasLength(test.field())) {
    if (settings.has_min_length()) {
      test.Report(kMin, "min_length is for strings and bytes", "drop it");
    }
    if (settings.has_max_length()) {
      test.Report(kMax, "max_length is for strings and bytes", "drop it");
    }
    return;
  }
  if (settings.has_min_length() && settings.min_length() < 1) {
    test.Report(kMin, "min_length must be at least 1", "drop it for no limit");
  }
  if (settings.has_max_length() && settings.max_length() < 1) {
    test.Report(kMax, "max_length must be at least 1", "drop it for no limit");
  } else if (settings.has_max_length() &&
             settings.min_length() > settings.max_length()) {
    test.Report(kMin, "min_length is greater than max_length", "lower it");
  }
}

void CheckBounds(FieldUnderTest& test) {
  const Field& field = test.field();
  const FieldSettings& settings = field.settings;
  bool valid = true;
  const auto check = [&](bool set, int setting, absl::string_view name,
                         absl::string_view text) {
    if (!set) return;
    std::string fault;
    if (!IsNumeric(field)) {
      test.Report(setting, absl::StrCat(name, " is for numbers"), "drop it");
      valid = false;
    } else if (!IsValueOf(field, text, &fault)) {
      test.Report(setting, absl::StrCat(name, ": ", fault),
                  "write one that is");
      valid = false;
    }
  };
  check(settings.has_min(), FieldSettings::kMinFieldNumber, "min",
        settings.min());
  check(settings.has_max(), FieldSettings::kMaxFieldNumber, "max",
        settings.max());
  if (valid && settings.has_min() && settings.has_max() &&
      IsGreater(field, settings.min(), settings.max())) {
    test.Report(FieldSettings::kMinFieldNumber, "min is greater than max",
                "lower it");
  }
}

void CheckText(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kPattern = FieldSettings::kPatternFieldNumber;
  if (field.settings.has_pattern()) {
    if (!IsText(field)) {
      test.Report(kPattern, "pattern is for strings", "drop it");
    } else {
      const RE2 pattern(field.settings.pattern(), RE2::Quiet);
      if (!pattern.ok()) {
        test.Report(kPattern, absl::StrCat("pattern: ", pattern.error()),
                    "see the syntax of RE2");
      }
    }
  }
  if (field.settings.format() != FieldSettings::FORMAT_UNSPECIFIED &&
      !IsText(field)) {
    test.Report(FieldSettings::kFormatFieldNumber, "format is for strings",
                "drop it");
  }
}

void CheckAllowed(FieldUnderTest& test) {
  const Field& field = test.field();
  if (field.settings.in_size() == 0) return;
  if (!IsText(field) && !IsNumeric(field) &&
      (field.type != FieldType::kEnum || field.repeated)) {
    test.Report(FieldSettings::kInFieldNumber,
                "in is for strings, numbers and enums", "drop it");
    return;
  }
  for (int i = 0; i < field.settings.in_size(); ++i) {
    std::string fault;
    if (!IsValueOf(field, field.settings.in(i), &fault)) {
      test.Report({FieldSettings::kInFieldNumber, i},
                  absl::StrCat("in: ", fault), "write one that is, or drop it");
    }
  }
}

void CheckDefault(FieldUnderTest& test) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kDefaultValueFieldNumber;
  if (!field.settings.has_default_value()) return;
  std::string fault;
  if (!field.comparable() || field.type == FieldType::kTimestamp ||
      field.type == FieldType::kDuration) {
    test.Report(kSetting, "default_value is for scalars and enums", "drop it");
  } else if (!field.presence) {
    test.Report(kSetting,
                "default_value: the field is never absent, for it is not "
                "optional",
                "make it optional, or drop it");
  } else if (field.required || field.label_required) {
    test.Report(kSetting, "default_value: the field is required",
                "keep one of them");
  } else if (!IsValueOf(field, field.settings.default_value(), &fault)) {
    test.Report(kSetting, absl::StrCat("default_value: ", fault),
                "write one that is");
  }
}

}  // namespace

void CheckValues(FieldUnderTest test) {
  CheckLengths(test);
  CheckBounds(test);
  CheckText(test);
  CheckAllowed(test);
  CheckDefault(test);
}

}  // namespace modelservice::plugin
