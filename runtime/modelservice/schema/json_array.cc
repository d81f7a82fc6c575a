#include "modelservice/schema/json_array.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/json_syntax.h"

namespace modelservice {

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
  if (absl::StartsWith(rest_, "\"")) {
    kind_ = Kind::kString;
    if (!TakeJsonString(&rest_, &text_)) return Fail();
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

bool JsonArray::TakeOther() {
  size_t depth = 0;
  size_t taken = 0;
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (depth == 0 && (c == ',' || c == ']')) break;
    ++taken;
    if (c == '"') {
      if (!TakeJsonString(&rest_, &text_)) return false;
      continue;
    }
    rest_.remove_prefix(1);
    if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (depth-- == 0) return false;
    }
  }
  return taken > 0 && depth == 0;
}

}  // namespace modelservice
