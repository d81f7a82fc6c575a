#include "modelservice/db/postgres/json_text.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

namespace modelservice::postgres {
namespace {

void AppendUtf8(uint32_t code, std::string* out) {
  const auto add = [out](uint32_t byte) {
    out->push_back(static_cast<char>(byte));
  };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xc0 | code >> 6);
    add(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    add(0xe0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  } else {
    add(0xf0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3f));
    add(0x80 | (code >> 6 & 0x3f));
    add(0x80 | (code & 0x3f));
  }
}

bool TakeHex(absl::string_view* text, uint32_t* code) {
  if (text->size() < 4 || !absl::SimpleHexAtoi(text->substr(0, 4), code)) {
    return false;
  }
  text->remove_prefix(4);
  return true;
}

}  // namespace

void AppendJsonString(absl::string_view text, std::string* json) {
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

JsonArray::JsonArray(absl::string_view json) : rest_(json) {
  SkipSpace();
  ok_ = absl::ConsumePrefix(&rest_, "[");
}

bool JsonArray::Next() {
  if (!ok_) return false;
  SkipSpace();
  if (absl::ConsumePrefix(&rest_, "]")) {
    SkipSpace();
    ok_ = rest_.empty();
    rest_ = "]";  // asked once more it says the same
    return false;
  }
  if (!first_ && !absl::ConsumePrefix(&rest_, ",")) return Fail();
  first_ = false;
  SkipSpace();
  const char* const start = rest_.data();
  if (absl::ConsumePrefix(&rest_, "\"")) {
    kind_ = Kind::kString;
    if (!TakeString()) return Fail();
  } else {
    kind_ = Kind::kOther;
    if (!TakeOther()) return Fail();
  }
  raw_ = absl::StripTrailingAsciiWhitespace(
      absl::string_view(start, static_cast<size_t>(rest_.data() - start)));
  if (raw_ == "null") kind_ = Kind::kNull;
  return true;
}

bool JsonArray::Fail() {
  ok_ = false;
  return false;
}

void JsonArray::SkipSpace() {
  const size_t end = rest_.find_first_not_of(" \t\r\n");
  rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end);
}

bool JsonArray::TakeString() {
  text_.clear();
  while (!rest_.empty()) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '"') return true;
    if (c != '\\') {
      text_.push_back(c);
    } else if (!TakeEscape()) {
      return false;
    }
  }
  return false;
}

bool JsonArray::TakeEscape() {
  if (rest_.empty()) return false;
  const char c = rest_.front();
  rest_.remove_prefix(1);
  switch (c) {
    case 'b':
      text_.push_back('\b');
      return true;
    case 'f':
      text_.push_back('\f');
      return true;
    case 'n':
      text_.push_back('\n');
      return true;
    case 'r':
      text_.push_back('\r');
      return true;
    case 't':
      text_.push_back('\t');
      return true;
    case '"':
    case '\\':
    case '/':
      text_.push_back(c);
      return true;
    case 'u':
      break;
    default:
      return false;
  }
  uint32_t code = 0;
  if (!TakeHex(&rest_, &code)) return false;
  if (code >= 0xd800 && code < 0xdc00) {
    // The first half of a surrogate pair.
    uint32_t low = 0;
    if (!absl::ConsumePrefix(&rest_, "\\u") || !TakeHex(&rest_, &low) ||
        low < 0xdc00 || low > 0xdfff) {
      return false;
    }
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  } else if (code >= 0xdc00 && code < 0xe000) {
    return false;
  }
  AppendUtf8(code, &text_);
  return true;
}

bool JsonArray::TakeOther() {
  size_t depth = 0;
  size_t taken = 0;
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (depth == 0 && (c == ',' || c == ']')) break;
    ++taken;
    rest_.remove_prefix(1);
    if (c == '"') {
      if (!TakeString()) return false;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (depth-- == 0) return false;
    }
  }
  return taken > 0 && depth == 0;
}

}  // namespace modelservice::postgres
