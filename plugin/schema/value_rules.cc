#include <re2/re2.h>

#include <algorithm>
#include <string>

#include "modelservice/schema/decimal_text.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/kept_rules.h"
#include "plugin/schema/pattern_lengths.h"
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

// The digits in front of the point of a number that is written out.
size_t IntegerDigits(absl::string_view number) {
  const size_t first = number.find_first_not_of("+-0");
  if (first == absl::string_view::npos) return 0;
  const size_t point = number.find('.', first);
  return (point == absl::string_view::npos ? number.size() : point) - first;
}

// The fewest characters of a number between the bounds.
size_t ShortestDecimal(const Field& field) {
  const FieldSettings& settings = field.settings;
  if (settings.has_min() && IsGreater(field, settings.min(), "0")) {
    return std::max<size_t>(IntegerDigits(settings.min()), 1);
  }
  if (settings.has_max() && IsGreater(field, "0", settings.max())) {
    return 1 + std::max<size_t>(IntegerDigits(settings.max()), 1);
  }
  return 1;
}

void CheckLengthOfDecimal(FieldUnderTest& test) {
  const Field& field = test.field();
  const auto most =
      static_cast<size_t>(std::max(field.settings.max_length(), 0));
  if (field.repeated || field.spec().format != Format::kDecimal || most == 0 ||
      ShortestDecimal(field) <= most) {
    return;
  }
  test.Report(FieldSettings::kMaxLengthFieldNumber,
              absl::StrCat("max_length: a number between the bounds has ",
                           ShortestDecimal(field), " characters at least"),
              "raise it, or drop it");
}

// Lengths that no text of the field's format has.
void CheckLengthsOfFormat(FieldUnderTest& test) {
  const Field& field = test.field();
  const FieldSettings& settings = field.settings;
  if (!IsText(field) || field.spec().format == Format::kNone) return;
  const FormatLengths lengths = LengthsOf(field.spec().format);
  const std::string format = NameOf(field.spec().format);
  if (lengths.most > 0 && settings.min_length() > lengths.most) {
    test.Report(FieldSettings::kMinLengthFieldNumber,
                absl::StrCat("min_length: a text of format ", format, " has ",
                             lengths.most, " characters at most"),
                "lower it, or drop it");
  }
  if (settings.max_length() > 0 && settings.max_length() < lengths.least) {
    test.Report(FieldSettings::kMaxLengthFieldNumber,
                absl::StrCat("max_length: a text of format ", format, " has ",
                             lengths.least, " characters at least"),
                "raise it, or drop it");
  }
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
  CheckLengthsOfFormat(test);
  CheckLengthOfDecimal(test);
}

// As many as PostgreSQL's numeric may have.
constexpr int kMostDigits = 1000;

void CheckDigits(FieldUnderTest& test) {
  const Field& field = test.field();
  const FieldSettings& settings = field.settings;
  constexpr int kDigits = FieldSettings::kMaxDigitsFieldNumber;
  constexpr int kPlaces = FieldSettings::kDecimalPlacesFieldNumber;
  const bool is_decimal =
      IsText(field) && field.spec().format == Format::kDecimal;
  const auto check = [&](bool set, int setting, absl::string_view name,
                         int number, int least) {
    if (!set) return true;
    if (!is_decimal) {
      test.Report(setting,
                  absl::StrCat(name, " is for strings of format DECIMAL"),
                  "drop it");
      return false;
    }
    if (number >= least && number <= kMostDigits) return true;
    test.Report(
        setting,
        absl::StrCat(name, " must be from ", least, " to ", kMostDigits),
        "drop it for no limit");
    return false;
  };
  const bool digits = check(settings.has_max_digits(), kDigits, "max_digits",
                            settings.max_digits(), 1);
  const bool places = check(settings.has_decimal_places(), kPlaces,
                            "decimal_places", settings.decimal_places(), 0);
  if (!digits || !places || !settings.has_max_digits()) return;
  if (settings.decimal_places() > settings.max_digits()) {
    test.Report(kPlaces, "decimal_places is greater than max_digits",
                "lower it");
    return;
  }
  const int whole = settings.max_digits() - settings.decimal_places();
  Decimal least;
  if (Decimal::Parse(settings.min(), &least) && !least.negative() &&
      least.whole().size() > static_cast<size_t>(whole)) {
    test.Report(FieldSettings::kMinFieldNumber,
                absl::StrCat("min: a number has no more than ", whole,
                             " digits before the decimal point, by max_digits "
                             "and decimal_places"),
                "lower it, or raise max_digits");
  }
}

void CheckTrim(FieldUnderTest& test) {
  if (!test.field().settings.has_trim() || IsText(test.field())) return;
  test.Report(FieldSettings::kTrimFieldNumber, "trim is for strings",
              "drop it");
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

// Whether any text that the pattern matches is as long as the other rules want
// it, as far as lengths tell.
void CheckPatternLengths(FieldUnderTest& test) {
  const Field& field = test.field();
  const FieldSettings& settings = field.settings;
  const PatternLengths lengths = LengthsOfPattern(settings.pattern());
  const auto report = [&](const std::string& rule, bool too_long) {
    test.Report(
        FieldSettings::kPatternFieldNumber,
        absl::StrCat("pattern: it matches no text of ", rule, ": the ",
                     too_long ? "shortest" : "longest", " has ",
                     too_long ? lengths.least : lengths.most.value_or(0),
                     " characters"),
        "change one of the two");
  };
  const auto check = [&](const std::string& rule, int least, int most) {
    if (most > 0 && lengths.least > static_cast<size_t>(most)) {
      report(rule, true);
    } else if (least > 0 && lengths.most.has_value() &&
               *lengths.most < static_cast<size_t>(least)) {
      report(rule, false);
    }
  };
  if (settings.has_min_length()) {
    check(absl::StrCat("min_length ", settings.min_length()),
          settings.min_length(), 0);
  }
  if (settings.has_max_length()) {
    check(absl::StrCat("max_length ", settings.max_length()), 0,
          settings.max_length());
  }
  if (field.spec().format != Format::kNone) {
    const FormatLengths of_format = LengthsOf(field.spec().format);
    check(absl::StrCat("format ", NameOf(field.spec().format)), of_format.least,
          of_format.most);
  } else if (field.spec().required && lengths.most == size_t{0}) {
    test.Report(FieldSettings::kPatternFieldNumber,
                "pattern: it matches the blank text alone, which a REQUIRED "
                "field may not be",
                "change one of the two");
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
      } else {
        CheckPatternLengths(test);
      }
    }
  }
  if (field.settings.format() != FieldSettings::FORMAT_UNSPECIFIED &&
      !IsText(field)) {
    test.Report(FieldSettings::kFormatFieldNumber, "format is for strings",
                "drop it");
  }
}

// Two names of one number are one choice.
std::string RepeatFault(const Field& field, int position) {
  const std::string& text = field.settings.in(position);
  std::string ignored;
  for (int i = 0; i < position; ++i) {
    const std::string& other = field.settings.in(i);
    if (other == text) return absl::StrCat("\"", text, "\" is written twice");
    const bool equal =
        IsNumeric(field) ? IsValueOf(field, other, &ignored) &&
                               !IsGreater(field, other, text) &&
                               !IsGreater(field, text, other)
                         : StoredForm(field, other) == StoredForm(field, text);
    if (!equal) continue;
    return absl::StrCat("\"", text, "\" is \"", other, "\" by another name");
  }
  return "";
}

void CheckAllowed(FieldUnderTest& test, const KeptRules& rules) {
  const Field& field = test.field();
  if (field.settings.in_size() == 0) return;
  if (!IsText(field) && !IsNumeric(field) &&
      (field.type != FieldType::kEnum || field.repeated)) {
    test.Report(FieldSettings::kInFieldNumber,
                "in is for strings, numbers and enums", "drop it");
    return;
  }
  for (int i = 0; i < field.settings.in_size(); ++i) {
    const std::string& text = field.settings.in(i);
    std::string fault;
    if (!IsValueOf(field, text, &fault)) {
      test.Report({FieldSettings::kInFieldNumber, i},
                  absl::StrCat("in: ", fault), "write one that is, or drop it");
      continue;
    }
    const auto report = [&](const std::string& what, absl::string_view mend) {
      if (what.empty()) return;
      test.Report({FieldSettings::kInFieldNumber, i},
                  absl::StrCat("in: ", what), mend);
    };
    report(rules.FaultOf(text), "drop it, or change that rule");
    const std::string spelled = SpelledAs(field.spec().format, text);
    if (IsText(field) && spelled != text) {
      report(absl::StrCat("\"", text, "\" is read as \"", spelled, "\""),
             "write it so");
      continue;
    }
    report(RepeatFault(field, i), "drop one of the two");
  }
}

// An enum's zero says that nothing was chosen, unless the field has presence.
void CheckChoice(FieldUnderTest& test) {
  const Field& field = test.field();
  if (field.type != FieldType::kEnum || field.repeated || field.presence ||
      !field.spec().required) {
    return;
  }
  for (const auto& [name, number] : field.enum_values) {
    if (number == 0) continue;
    const std::string stored = StoredForm(field, name);
    if (field.spec().in.empty() ||
        std::find(field.spec().in.begin(), field.spec().in.end(), stored) !=
            field.spec().in.end()) {
      return;
    }
  }
  test.Report(FieldSettings::kBehaviorFieldNumber,
              "behavior: REQUIRED, but it can have no value that is not 0, and "
              "0 says that nothing was chosen",
              "allow another value, or drop it");
}

void CheckDefault(FieldUnderTest& test, const KeptRules& rules) {
  const Field& field = test.field();
  constexpr int kSetting = FieldSettings::kDefaultValueFieldNumber;
  if (!field.settings.has_default_value()) return;
  const std::string& text = field.settings.default_value();
  std::string fault;
  if (!field.comparable() || field.type == FieldType::kTimestamp ||
      field.type == FieldType::kDuration) {
    test.Report(kSetting, "default_value is for scalars and enums", "drop it");
  } else if (!field.presence) {
    test.Report(kSetting,
                "default_value: the field is never absent, for it is not "
                "optional",
                "make it optional, or drop it");
  } else if (field.spec().required || field.label_required) {
    test.Report(kSetting, "default_value: the field is required",
                "keep one of them");
  } else if (!field.oneof.empty()) {
    test.Report(kSetting,
                absl::StrCat("default_value: where another field of oneof ",
                             field.oneof, " is set, both would be"),
                "drop it, or take the field out of the oneof");
  } else if (!IsValueOf(field, text, &fault)) {
    test.Report(kSetting, absl::StrCat("default_value: ", fault),
                "write one that is");
  } else {
    fault = rules.FaultOf(text);
    if (fault.empty() && !rules.IsAmong(text)) {
      fault = absl::StrCat("\"", text, "\" is none of in");
    }
    if (fault.empty()) return;
    test.Report(kSetting, absl::StrCat("default_value: ", fault),
                "write one that keeps the field's rules");
  }
}

}  // namespace

void CheckValues(FieldUnderTest test) {
  CheckLengths(test);
  CheckDigits(test);
  CheckTrim(test);
  CheckBounds(test);
  CheckText(test);
  const KeptRules rules(test.model(), test.field());
  CheckAllowed(test, rules);
  CheckChoice(test);
  CheckDefault(test, rules);
}

}  // namespace modelservice::plugin
