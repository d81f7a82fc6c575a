#include "plugin/schema/pattern_lengths.h"

#include <algorithm>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace modelservice::plugin {
namespace {

// Longer than any text that a field holds; keeps sums from running over.
constexpr size_t kEndless = size_t{1} << 40;

constexpr int kMaxDepth = 500;

// As PatternLengths; kEndless stands for no most.
struct Lengths {
  size_t least = 0;
  size_t most = 0;
};

constexpr Lengths kNothing = {0, 0};
constexpr Lengths kCharacter = {1, 1};
constexpr Lengths kUnknown = {0, kEndless};

// Of a character in UTF-8.
bool IsFirstByte(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

size_t Product(size_t length, size_t times) {
  if (length == 0 || times == 0) return 0;
  return length >= kEndless / times ? kEndless : length * times;
}

// Reads re2/doc/syntax.txt. RE2 has taken the pattern: what is no syntax stands
// for itself.
class Pattern {
 public:
  // Views `text`.
  explicit Pattern(absl::string_view text) : rest_(text) {}

  Lengths Read() {
    const Lengths all = Alternatives();
    return too_deep_ || !rest_.empty() ? kUnknown : all;
  }

 private:
  Lengths Alternatives() {
    Lengths all = Sequence();
    while (Take("|")) {
      const Lengths other = Sequence();
      all.least = std::min(all.least, other.least);
      all.most = std::max(all.most, other.most);
    }
    return all;
  }

  Lengths Sequence() {
    Lengths all;
    for (SkipFlags(); !rest_.empty() && rest_[0] != '|' && rest_[0] != ')';) {
      const Lengths one = Repeated();
      all.least = std::min(all.least + one.least, kEndless);
      all.most = std::min(all.most + one.most, kEndless);
    }
    return all;
  }

  Lengths Repeated() {
    Lengths one = One();
    for (;;) {
      SkipFlags();
      size_t from = 0;
      size_t to = kEndless;
      if (Take("*")) {
      } else if (Take("+")) {
        from = 1;
      } else if (Take("?")) {
        to = 1;
      } else if (!TakeCount(&from, &to)) {
        return one;
      }
      Take("?");  // as few as possible
      one = {Product(one.least, from), Product(one.most, to)};
    }
  }

  // {2}, {2,}, {2,5}; anything else in braces is text.
  bool TakeCount(size_t* from, size_t* to) {
    if (!absl::StartsWith(rest_, "{")) return false;
    const size_t end = rest_.find('}');
    if (end == absl::string_view::npos) return false;
    const absl::string_view inside = rest_.substr(1, end - 1);
    const size_t comma = inside.find(',');
    if (!IsCount(inside.substr(0, comma), from)) return false;
    if (comma == absl::string_view::npos) {
      *to = *from;
    } else if (comma + 1 < inside.size() &&
               !IsCount(inside.substr(comma + 1), to)) {
      return false;
    }
    rest_.remove_prefix(end + 1);
    return true;
  }

  static bool IsCount(absl::string_view digits, size_t* count) {
    return !digits.empty() &&
           digits.find_first_not_of("0123456789") == absl::string_view::npos &&
           absl::SimpleAtoi(digits, count);
  }

  Lengths One() {
    if (Take("(")) return Group();
    if (Take("[")) return Class();
    if (Take("\\")) return Escape();
    if (Take("^") || Take("$")) return kNothing;
    TakeCharacter();
    return kCharacter;
  }

  // (?flags) is nothing: what repeats behind it is what stands before.
  void SkipFlags() {
    while (absl::StartsWith(rest_, "(?")) {
      const size_t end = EndOfFlags();
      if (rest_.substr(end, 1) != ")") return;
      rest_.remove_prefix(end + 1);
    }
  }
  size_t EndOfFlags() const {
    return std::min(rest_.find_first_of(":)>"), rest_.size());
  }

  Lengths Group() {
    // (?:re), (?flags:re), (?P<name>re), (?<name>re)
    if (Take("?")) {
      rest_.remove_prefix(std::min(EndOfFlags() + 1, rest_.size()));
    }
    if (++depth_ > kMaxDepth) {
      too_deep_ = true;
      return kUnknown;
    }
    const Lengths inside = Alternatives();
    --depth_;
    Take(")");
    return inside;
  }

  Lengths Class() {
    Take("^");
    // One that comes first is text.
    Take("]");
    while (!rest_.empty() && !Take("]")) {
      if (Take("[:")) {
        const size_t end = rest_.find(":]");
        if (end != absl::string_view::npos) rest_.remove_prefix(end + 2);
      } else {
        Take("\\");
        TakeCharacter();
      }
    }
    return kCharacter;
  }

  Lengths Escape() {
    if (Take("A") || Take("z") || Take("b") || Take("B")) return kNothing;
    // A byte, which may be a part of a character.
    if (Take("C")) return {0, 1};
    const bool is_hex = Take("x");
    if (is_hex || Take("p") || Take("P")) {
      if (Take("{")) {
        const size_t end = rest_.find('}');
        if (end != absl::string_view::npos) rest_.remove_prefix(end + 1);
      } else {
        TakeCharacter();
        if (is_hex) TakeCharacter();
      }
      return kCharacter;
    }
    if (IsOctal(Peek(0))) {
      for (int i = 0; i < 3 && IsOctal(Peek(0)); ++i) TakeCharacter();
      return kCharacter;
    }
    TakeCharacter();
    return kCharacter;
  }

  bool Take(absl::string_view text) {
    if (!absl::StartsWith(rest_, text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void TakeCharacter() {
    if (rest_.empty()) return;
    rest_.remove_prefix(1);
    while (!rest_.empty() && !IsFirstByte(rest_[0])) rest_.remove_prefix(1);
  }

  unsigned char Peek(size_t i) const {
    return i < rest_.size() ? static_cast<unsigned char>(rest_[i]) : '\0';
  }
  static bool IsOctal(unsigned char c) { return c >= '0' && c <= '7'; }

  absl::string_view rest_;
  int depth_ = 0;
  bool too_deep_ = false;
};

// The pattern with \Q...\E as texts of the same length, for what repeats behind
// one is its last character alone.
std::string WithoutQuotes(absl::string_view pattern) {
  std::string plain;
  while (!pattern.empty()) {
    if (!absl::ConsumePrefix(&pattern, "\\Q")) {
      const size_t size = pattern[0] == '\\' ? 2 : 1;
      absl::StrAppend(&plain, pattern.substr(0, size));
      pattern.remove_prefix(std::min(size, pattern.size()));
      continue;
    }
    const size_t end = std::min(pattern.find("\\E"), pattern.size());
    for (const char c : pattern.substr(0, end)) {
      if (IsFirstByte(c)) plain.push_back('x');
    }
    pattern.remove_prefix(std::min(end + 2, pattern.size()));
  }
  return plain;
}

}  // namespace

PatternLengths LengthsOfPattern(absl::string_view pattern) {
  const std::string plain = WithoutQuotes(pattern);
  const Lengths lengths = Pattern(plain).Read();
  PatternLengths result;
  result.least = lengths.least;
  if (lengths.most < kEndless) result.most = lengths.most;
  return result;
}

}  // namespace modelservice::plugin
