#include "plugin/schema/kept_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/format.h"
#include "modelservice/schema/time_text.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/schema/uuid_text.h"
#include "modelservice/schema/white_space.h"
#include "plugin/schema/type_families.h"
#include "plugin/schema/written_value.h"

namespace modelservice::plugin {
namespace {

bool HasSoundBounds(const Field& field) {
  const FieldSettings& settings = field.settings;
  std::string fault;
  if (!IsNumeric(field)) return false;
  if (settings.has_min() && !IsValueOf(field, settings.min(), &fault)) {
    return false;
  }
  if (settings.has_max() && !IsValueOf(field, settings.max(), &fault)) {
    return false;
  }
  return !settings.has_min() || !settings.has_max() ||
         !IsGreater(field, settings.min(), settings.max());
}

}  // namespace

FormatLengths LengthsOf(Format format) {
  switch (format) {
    case Format::kUuid:
      return {36, 36};
    case Format::kDate:
      return {10, 10};
    case Format::kTime:
      return {8, 15};
    case Format::kIpv4:
      return {7, 15};
    case Format::kIpv6:
    case Format::kIp:
      return {2, 45};
    case Format::kHostname:
      return {1, 253};
    case Format::kEmail:
      return {6, 320};  // a@b.cc
    case Format::kUri:
      return {7, 0};  // ftp://a
    case Format::kNone:
    case Format::kDecimal:
    case Format::kSlug:
      break;
  }
  return {};
}

std::string NameOf(Format format) {
  static_assert(static_cast<int>(Format::kSlug) == FieldSettings::SLUG,
                "the same formats in the same order");
  return FieldSettings::Format_Name(static_cast<FieldSettings::Format>(format));
}

std::string SpelledAs(Format format, absl::string_view text) {
  std::string spelled;
  if (format == Format::kUuid && ReadUuid(text, &spelled)) {
    return WithHyphens(spelled);
  }
  if ((format == Format::kDate && ReadDate(text, &spelled)) ||
      (format == Format::kTime &&
       ReadTimeOfDay(text, /*midnight_after=*/false, &spelled))) {
    return spelled;
  }
  return std::string(text);
}

KeptRules::KeptRules(const Model& model, const Field& field)
    : field_(field),
      is_key_(model.IsKey(field)),
      bounded_(HasSoundBounds(field)) {
  if (!field.settings.has_pattern()) return;
  pattern_ = std::make_unique<RE2>(field.settings.pattern(), RE2::Quiet);
  if (!pattern_->ok()) pattern_.reset();
}

std::string KeptRules::FaultOf(absl::string_view text) const {
  if (field_.repeated) return "";
  if (field_.type == FieldType::kString || field_.type == FieldType::kBytes) {
    // A text that nobody sets is empty, and then is asked nothing.
    if (text.empty() && !field_.presence && !is_key_ &&
        !field_.spec().required) {
      return "";
    }
    std::string fault = TextFault(text);
    if (!fault.empty()) return absl::StrCat("\"", text, "\" ", fault);
  }
  if (!bounded_) return "";
  const FieldSettings& settings = field_.settings;
  if (settings.has_min() && IsGreater(field_, settings.min(), text)) {
    return absl::StrCat("\"", text, "\" is less than min");
  }
  if (settings.has_max() && IsGreater(field_, text, settings.max())) {
    return absl::StrCat("\"", text, "\" is greater than max");
  }
  return "";
}

std::string KeptRules::TextFault(absl::string_view text) const {
  if (field_.type == FieldType::kString) {
    if (!IsUtf8(text)) return "is not UTF-8";
    if (text.find('\0') != absl::string_view::npos) return "has a NUL";
  }
  if (text.empty() && field_.spec().required) {
    return "is blank, which a REQUIRED field may not be";
  }
  if (field_.settings.trim() && Trimmed(text) != text) {
    return "has white space at its ends, which trim takes off";
  }
  std::string fault = LengthFault(text);
  if (!fault.empty() || field_.type == FieldType::kBytes) return fault;
  std::string ignored;
  // 24:00, which a database may have, is no time to a client.
  const bool is_no_time =
      field_.spec().format == Format::kTime &&
      !ReadTimeOfDay(text, /*midnight_after=*/false, &ignored);
  if (is_no_time || !HasFormat(field_.spec().format, text)) {
    return absl::StrCat("has not the format ", NameOf(field_.spec().format));
  }
  const FieldSpec& spec = field_.spec();
  if (Decimal decimal;
      spec.format == Format::kDecimal && Decimal::Parse(text, &decimal) &&
      !DigitsFault(decimal, spec.max_digits, spec.decimal_places).empty()) {
    return "has more digits than max_digits and decimal_places";
  }
  if (pattern_ != nullptr &&
      !RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *pattern_)) {
    return "does not match pattern";
  }
  return "";
}

std::string KeptRules::LengthFault(absl::string_view text) const {
  const FieldSettings& settings = field_.settings;
  const size_t length =
      field_.type == FieldType::kBytes ? text.size() : Utf8Length(text);
  const auto least = static_cast<size_t>(std::max(settings.min_length(), 0));
  const auto most = static_cast<size_t>(std::max(settings.max_length(), 0));
  if (most > 0 && least > most) return "";
  if (length < least) return "is shorter than min_length";
  if (most > 0 && length > most) return "is longer than max_length";
  return "";
}

bool KeptRules::IsAmong(absl::string_view text) const {
  if (field_.spec().in.empty()) return true;
  const std::string stored = StoredForm(field_, text);
  return std::any_of(field_.spec().in.begin(), field_.spec().in.end(),
                     [&](const std::string& allowed) {
                       return allowed == stored ||
                              (IsFloating(field_.type) &&
                               !IsGreater(field_, allowed, stored) &&
                               !IsGreater(field_, stored, allowed));
                     });
}

}  // namespace modelservice::plugin
