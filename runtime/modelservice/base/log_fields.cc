#include "modelservice/base/log_fields.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/base/log_form.h"

namespace modelservice {
namespace {

// Of one value: what is longer is the text of somebody else.
constexpr size_t kMaxValue = 2 << 10;
constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// How many bytes of `text` are its first character; 0: it is no UTF-8.
size_t CharacterLength(absl::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool too_long = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) > 0x9F;
    return follows(1) && follows(2) && !too_long && !surrogate ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool too_long = first == 0xF0 && byte(1) < 0x90;
    const bool too_large = first == 0xF4 && byte(1) > 0x8F;
    return follows(1) && follows(2) && follows(3) && !too_long && !too_large
               ? 4
               : 0;
  }
  return 0;
}

bool NeedsQuotes(absl::string_view value) {
  return std::any_of(value.begin(), value.end(), [](char c) {
    return c == '"' || c == '=' || c == '\\' ||
           !absl::ascii_isgraph(static_cast<unsigned char>(c));
  });
}

}  // namespace

void AppendJsonString(absl::string_view text, std::string* out) {
  out->push_back('"');
  while (!text.empty()) {
    const char c = text[0];
    const size_t length = CharacterLength(text);
    if (length == 0) {
      absl::StrAppend(out, kReplacement);
      text.remove_prefix(1);
      continue;
    }
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      absl::StrAppendFormat(out, "\\u%04x", static_cast<unsigned>(c));
    } else if (BeginsWithControl(text)) {
      absl::StrAppendFormat(out, "\\u%04x",
                            static_cast<unsigned char>(text[1]));
    } else {
      out->append(text.data(), length);
    }
    text.remove_prefix(length);
  }
  out->push_back('"');
}

std::string LogWord(absl::string_view text) {
  if (!NeedsQuotes(text)) return std::string(text);
  std::string word;
  AppendJsonString(text, &word);
  return word;
}

LogFields& LogFields::Add(absl::string_view name, std::string value,
                          bool is_number) {
  if (value.empty()) return *this;
  bytes_ += name.size() + value.size() + 16;
  fields_.push_back({name, std::move(value), is_number});
  return *this;
}

LogFields& LogFields::Text(absl::string_view name, absl::string_view value) {
  return Add(name,
             absl::StrCat(value.substr(0, kMaxValue),
                          value.size() > kMaxValue ? "..." : ""),
             /*is_number=*/false);
}

LogFields& LogFields::Number(absl::string_view name, int64_t value) {
  return Add(name, absl::StrCat(value), /*is_number=*/true);
}

LogFields& LogFields::Number(absl::string_view name, double value) {
  return Add(name, absl::StrFormat("%.3f", value), /*is_number=*/true);
}

void LogFields::AppendText(std::string* out) const {
  for (size_t i = in_text_; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    absl::StrAppend(out, " ", field.name, "=", LogWord(field.value));
  }
}

void LogFields::AppendJson(std::string* out) const {
  for (const Field& field : fields_) {
    absl::StrAppend(out, ",\"", field.name, "\":");
    if (field.is_number) {
      absl::StrAppend(out, field.value);
    } else {
      AppendJsonString(field.value, out);
    }
  }
}

}  // namespace modelservice
