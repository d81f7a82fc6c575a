#include "modelservice/schema/json_syntax.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace modelservice {
namespace {

constexpr int kMostLevels = 100;

class Reader {
 public:
  explicit Reader(absl::string_view text) : rest_(text) {}

  bool Document() {
    if (!TakeValue(kMostLevels)) return false;
    SkipSpace();
    return rest_.empty();
  }

 private:
  bool Take(absl::string_view text) {
    return absl::ConsumePrefix(&rest_, text);
  }
  void SkipSpace() {
    rest_.remove_prefix(
        std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
  }

  bool TakeValue(int levels) {
    SkipSpace();
    if (levels == 0 || rest_.empty()) return false;
    switch (rest_.front()) {
      case '{':
        return TakeMembers('}', levels - 1);
      case '[':
        return TakeMembers(']', levels - 1);
      case '"':
        return TakeString();
      default:
        return Take("true") || Take("false") || Take("null") || TakeNumber();
    }
  }

  // Of an object or an array, from its bracket on.
  bool TakeMembers(char end, int levels) {
    rest_.remove_prefix(1);
    const absl::string_view close(&end, 1);
    SkipSpace();
    if (Take(close)) return true;
    do {
      if (end == '}') {
        SkipSpace();
        if (!TakeString()) return false;
        SkipSpace();
        if (!Take(":")) return false;
      }
      if (!TakeValue(levels)) return false;
      SkipSpace();
    } while (Take(","));
    return Take(close);
  }

  bool TakeString() {
    if (!Take("\"")) return false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (static_cast<unsigned char>(c) < ' ') return false;
      if (c == '\\' && !TakeEscape()) return false;
    }
    return false;
  }
  bool TakeEscape() {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c != 'u') {
      return absl::string_view("\"\\/bfnrt").find(c) != absl::string_view::npos;
    }
    for (int i = 0; i < 4; ++i) {
      if (rest_.empty() || !absl::ascii_isxdigit(rest_.front())) return false;
      rest_.remove_prefix(1);
    }
    return true;
  }

  bool TakeDigits() {
    const size_t end =
        std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    rest_.remove_prefix(end);
    return end > 0;
  }
  bool TakeNumber() {
    Take("-");
    if (!Take("0") && !TakeDigits()) return false;
    if (Take(".") && !TakeDigits()) return false;
    if (Take("e") || Take("E")) {
      if (!Take("+")) Take("-");
      return TakeDigits();
    }
    return true;
  }

  absl::string_view rest_;
};

// Whether a number of JSON has no more digits than a NUMERIC
// (https://www.postgresql.org/docs/current/datatype-numeric.html).
bool IsPostgresNumeric(absl::string_view number) {
  constexpr int64_t kMostWhole = 131072;
  constexpr int64_t kMostFraction = 16383;
  const size_t end = std::min(number.find_first_of("eE"), number.size());
  int64_t exponent = 0;
  if (end < number.size() &&
      !absl::SimpleAtoi(number.substr(end + 1), &exponent)) {
    return false;
  }
  number = number.substr(0, end);
  absl::ConsumePrefix(&number, "-");
  const size_t point = std::min(number.find('.'), number.size());
  const auto whole = static_cast<int64_t>(point);
  const auto fraction =
      static_cast<int64_t>(number.size() - std::min(point + 1, number.size()));
  return exponent >= -kMostFraction && exponent <= kMostWhole - whole &&
         fraction - exponent <= kMostFraction;
}

void AppendUtf8(uint32_t code, std::string* text) {
  const auto add = [text](uint32_t byte) {
    text->push_back(static_cast<char>(byte));
  };
  if (code < 0x80) return add(code);
  if (code < 0x800) {
    add(0xC0 | code >> 6);
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
  }
  add(0x80 | (code & 0x3F));
}

// The digits of `\u1f60`.
bool TakeUnit(absl::string_view* json, uint32_t* code) {
  constexpr size_t kDigits = 4;
  const absl::string_view digits = json->substr(0, kDigits);
  // A number might have blanks and 0x ahead of it.
  const bool is_hex =
      digits.size() == kDigits &&
      std::all_of(digits.begin(), digits.end(), [](char c) {
        return absl::ascii_isxdigit(static_cast<unsigned char>(c));
      });
  if (!is_hex || !absl::SimpleHexAtoi(digits, code)) return false;
  json->remove_prefix(kDigits);
  return true;
}

// What stands behind a backslash.
bool TakeEscaped(absl::string_view* json, std::string* text) {
  constexpr absl::string_view kEscapes = "\"\\/bfnrt";
  constexpr absl::string_view kCharacters = "\"\\/\b\f\n\r\t";
  if (json->empty()) return false;
  const char c = json->front();
  json->remove_prefix(1);
  if (c != 'u') {
    const size_t found = kEscapes.find(c);
    if (found == absl::string_view::npos) return false;
    text->push_back(kCharacters[found]);
    return true;
  }
  uint32_t code = 0;
  if (!TakeUnit(json, &code)) return false;
  if (code >= 0xDC00 && code < 0xE000) return false;
  if (code >= 0xD800 && code < 0xDC00) {
    uint32_t low = 0;
    if (!absl::ConsumePrefix(json, "\\u") || !TakeUnit(json, &low) ||
        low < 0xDC00 || low >= 0xE000) {
      return false;
    }
    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  }
  AppendUtf8(code, text);
  return true;
}

}  // namespace

bool IsJson(absl::string_view text) { return Reader(text).Document(); }

bool IsJsonb(absl::string_view json) {
  std::string text;
  while (!json.empty()) {
    const size_t number =
        std::min(json.find_first_not_of("+-.eE0123456789"), json.size());
    if (json.front() == '"') {
      if (!TakeJsonString(&json, &text) ||
          text.find('\0') != std::string::npos) {
        return false;
      }
    } else if (json.front() == '-' ||
               absl::ascii_isdigit(static_cast<unsigned char>(json.front()))) {
      if (!IsPostgresNumeric(json.substr(0, number))) return false;
      json.remove_prefix(number);
    } else {
      json.remove_prefix(1);
    }
  }
  return true;
}

bool TakeJsonString(absl::string_view* json, std::string* text) {
  text->clear();
  if (!absl::ConsumePrefix(json, "\"")) return false;
  while (!json->empty()) {
    const char c = json->front();
    json->remove_prefix(1);
    if (c == '"') return true;
    if (c != '\\') {
      text->push_back(c);
    } else if (!TakeEscaped(json, text)) {
      return false;
    }
  }
  return false;
}

void QuoteJson(absl::string_view text, std::string* json) {
  json->push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json->push_back('\\');
      json->push_back(c);
    } else if (static_cast<unsigned char>(c) < ' ') {
      absl::StrAppendFormat(json, "\\u%04x", static_cast<int>(c));
    } else {
      json->push_back(c);
    }
  }
  json->push_back('"');
}

}  // namespace modelservice
