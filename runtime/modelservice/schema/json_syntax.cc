#include "modelservice/schema/json_syntax.h"

#include <algorithm>

#include "absl/strings/ascii.h"
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

}  // namespace

bool IsJson(absl::string_view text) { return Reader(text).Document(); }

}  // namespace modelservice
