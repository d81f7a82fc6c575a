#include "plugin/emit/code_tokens.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace modelservice::plugin {
namespace {

using Kind = CodeToken::Kind;

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

// Words behind which no name can stand, as one does behind a type.
constexpr absl::string_view kKeywords[] = {
    "return",    "class",   "struct", "using",  "const",     "case",
    "namespace", "virtual", "static", "public", "constexpr",
};

bool IsKeyword(absl::string_view word) {
  return std::find(std::begin(kKeywords), std::end(kKeywords), word) !=
         std::end(kKeywords);
}

// Whether it is a literal that ends in a colon or equals sign.
bool IsLabel(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "\"") || !absl::ConsumeSuffix(&text, "\"")) {
    return false;
  }
  text = absl::StripAsciiWhitespace(text);
  return text.size() > 1 && (text.back() == ':' || text.back() == '=');
}

size_t LengthOfString(absl::string_view text) {
  size_t end = 1;
  while (end < text.size() && text[end] != '"') {
    end += text[end] == '\\' ? 2 : 1;
  }
  return end + 1;
}

size_t LengthOf(absl::string_view text) {
  if (text[0] == '"') return LengthOfString(text);
  if (absl::StartsWith(text, "::") || absl::StartsWith(text, "[]")) return 2;
  size_t length = 0;
  while (length < text.size() && IsWordCharacter(text[length])) ++length;
  return length == 0 ? 1 : length;
}

Kind KindOf(absl::string_view text, const CodeToken* before, bool blank_before,
            bool blank_behind, bool last) {
  switch (text[0]) {
    case '"':
      return Kind::kString;
    case ':':
      return text.size() == 2 ? Kind::kScope
             : blank_before   ? Kind::kBase
                              : Kind::kEnd;
    case '(':
      return Kind::kOpen;
    case '<':
      return Kind::kLess;
    case '{':
      return last ? Kind::kBlock : Kind::kBrace;
    case ')':
    case '>':
    case '}':
      return Kind::kClose;
    case ',':
      return Kind::kComma;
    case '.':
      return Kind::kDot;
    case '=':
      return Kind::kAssign;
    case '&':
      return before != nullptr && !before->opens() && blank_behind
                 ? Kind::kReference
                 : Kind::kAddress;
    case '[':
      return Kind::kBrackets;
    case ';':
      return Kind::kEnd;
    default:
      return Kind::kWord;
  }
}

class Tokenizer {
 public:
  explicit Tokenizer(int nesting) : nesting_(nesting) {}

  std::vector<CodeToken> Run(absl::string_view line) {
    Split(line);
    Match();
    FindNames();
    FindOperands(0, tokens_.size());
    for (size_t i = 1; i < tokens_.size(); ++i) SetBreak(i);
    size_t tail = 0;
    for (size_t i = tokens_.size(); i-- > 0;) {
      tokens_[i].tail = tail;
      tail = tokens_[i].can_break ? 0 : tail + tokens_[i].text.size();
    }
    return std::move(tokens_);
  }

 private:
  void Split(absl::string_view line) {
    bool blank = false;
    while (!line.empty()) {
      if (line[0] == ' ') {
        blank = true;
        line.remove_prefix(1);
        continue;
      }
      const size_t length = LengthOf(line);
      CodeToken token;
      token.text = line.substr(0, length);
      line.remove_prefix(length);
      token.blank_before = blank;
      token.kind = KindOf(
          token.text, tokens_.empty() ? nullptr : &tokens_.back(), blank,
          line.empty() || absl::StrContains(" ,)", line[0]), line.empty());
      tokens_.push_back(std::move(token));
      blank = false;
    }
  }

  void Match() {
    std::vector<int> open;
    strengths_.resize(tokens_.size());
    int strength = 1 + nesting_;
    int angles = 0;
    for (size_t i = 0; i < tokens_.size(); ++i) {
      CodeToken& token = tokens_[i];
      token.level = nesting_ + static_cast<int>(open.size()) - angles;
      strengths_[i] = strength;
      if (token.opens()) {
        open.push_back(static_cast<int>(i));
        strength += token.kind == Kind::kLess ? 10 : 1;
        if (token.kind == Kind::kLess) ++angles;
      } else if (token.kind == Kind::kClose && !open.empty()) {
        token.match = open.back();
        open.pop_back();
        CodeToken& opener = tokens_[static_cast<size_t>(token.match)];
        opener.match = static_cast<int>(i);
        strength -= opener.kind == Kind::kLess ? 10 : 1;
        if (opener.kind == Kind::kLess) --angles;
      }
    }
  }

  bool EndsType(size_t i) const {
    const CodeToken& token = tokens_[i];
    return token.kind == Kind::kReference ||
           (token.kind == Kind::kClose && token.text == ">") ||
           (token.kind == Kind::kWord && !IsKeyword(token.text));
  }

  // A name is a word behind a type.
  void FindNames() {
    for (size_t i = 1; i < tokens_.size(); ++i) {
      CodeToken& token = tokens_[i];
      if (token.kind != Kind::kWord || !EndsType(i - 1)) continue;
      token.name = true;
      if (token.level != 0) continue;
      size_t j = i + 1;
      while (j + 1 < tokens_.size() && tokens_[j].kind == Kind::kScope) j += 2;
      token.function_name =
          j < tokens_.size() && tokens_[j].kind == Kind::kOpen;
      in_function_ = in_function_ || token.function_name;
    }
  }

  // Marks the operands between `begin` and `end`, which are in one bracket.
  void FindOperands(size_t begin, size_t end) {
    std::vector<size_t> commas;
    size_t first = begin;
    size_t assignment = end;
    for (size_t i = begin; i < end; ++i) {
      if (tokens_[i].opens() && tokens_[i].match >= 0) {
        FindOperands(i + 1, static_cast<size_t>(tokens_[i].match));
        i = static_cast<size_t>(tokens_[i].match);
      } else if (tokens_[i].kind == Kind::kComma) {
        Chain(first, i);
        commas.push_back(i);
        first = i + 1;
      } else if (tokens_[i].kind == Kind::kAssign) {
        assignment = i;
        first = i + 1;
      }
    }
    size_t last = end;
    while (last > begin && (tokens_[last - 1].kind == Kind::kEnd ||
                            tokens_[last - 1].kind == Kind::kBlock)) {
      --last;
    }
    Chain(first, last);
    const bool top = begin == 0 && end == tokens_.size();
    if (assignment != end) {
      Mark(begin, last, CodeToken::kAssignment);
      // Of the head of a list, which ends elsewhere.
      if (assignment + 1 == last) --tokens_[assignment].ends;
    }
    if (!commas.empty() && !top) {
      Mark(begin, last, CodeToken::kCommas);
      for (size_t i : commas) {
        tokens_[i].first_operator = i == commas.front();
        tokens_[i].last_operator = i == commas.back();
      }
    }
  }

  void Chain(size_t begin, size_t end) {
    if (begin < end && tokens_[begin].text == "return") ++begin;
    std::vector<size_t> dots;
    for (size_t i = begin; i < end; ++i) {
      if (tokens_[i].opens() && tokens_[i].match >= 0) {
        i = static_cast<size_t>(tokens_[i].match);
      } else if (tokens_[i].kind == Kind::kDot) {
        dots.push_back(i);
      }
    }
    if (dots.empty()) return;
    Mark(begin, end, CodeToken::kChain);
    for (size_t i : dots) {
      tokens_[i].first_operator = i == dots.front();
      tokens_[i].last_operator = i == dots.back();
    }
    for (size_t i = 0; i + 1 < dots.size(); ++i) {
      chained_[dots[i]] = tokens_[dots[i + 1] - 1].kind == Kind::kClose;
    }
  }

  void Mark(size_t begin, size_t end, CodeToken::Operands operands) {
    if (begin >= end) return;
    tokens_[begin].starts.insert(tokens_[begin].starts.begin(), operands);
    ++tokens_[end - 1].ends;
  }

  void SetBreak(size_t i) {
    CodeToken& token = tokens_[i];
    unsigned cost = 3;
    token.can_break = true;
    const CodeToken& before = tokens_[i - 1];
    if (before.kind == Kind::kString && token.kind == Kind::kString) {
      token.must_break = true;
    } else if (before.kind == Kind::kScope) {
      cost = 500;
    } else if (token.name) {
      cost = before.kind == Kind::kReference ? 150 : 200;
    } else if (token.kind == Kind::kReference) {
      token.can_break = false;
    } else if (token.kind == Kind::kBrackets) {
      cost = 500;
    } else if (before.kind == Kind::kAssign) {
      cost = token.kind == Kind::kBrace || token.kind == Kind::kBlock ? 160 : 2;
    } else if (token.kind == Kind::kBase) {
      cost = 3;
    } else if (token.kind == Kind::kDot) {
      cost = chained_[i] ? 35 : 150;
    } else if (before.kind == Kind::kOpen && in_function_ &&
               token.kind != Kind::kClose) {
      cost = 100;
    } else if (before.kind == Kind::kLess) {
      cost = 100;
    } else if (before.opens() && token.kind != Kind::kClose) {
      cost = Several(i - 1) ? 1 : 19;
    } else if (before.kind == Kind::kComma) {
      // A label, "name:", keeps what it labels.
      cost = i > 1 && IsLabel(tokens_[i - 2].text) &&
                     !(before.first_operator && before.last_operator)
                 ? 50
                 : 1;
    } else if (before.text == "class" || before.text == "struct") {
      cost = 5000;
    } else {
      token.can_break = false;
    }
    token.penalty = 20 * static_cast<unsigned>(strengths_[i]) + cost;
  }

  // Whether the bracket holds more than one element.
  bool Several(size_t open) const {
    const CodeToken& token = tokens_[open];
    // What it matches may be on another line.
    const size_t end =
        token.match < 0 ? tokens_.size() : static_cast<size_t>(token.match);
    for (size_t i = open + 1; i < end; ++i) {
      if (tokens_[i].kind == Kind::kComma) return true;
      if (tokens_[i].opens()) {
        if (tokens_[i].match < 0) break;
        i = static_cast<size_t>(tokens_[i].match);
      }
    }
    return false;
  }

  const int nesting_;
  bool in_function_ = false;
  std::vector<CodeToken> tokens_;
  std::vector<int> strengths_;
  std::map<size_t, bool> chained_;
};

}  // namespace

std::vector<CodeToken> Tokenize(absl::string_view line, int nesting) {
  return Tokenizer(nesting).Run(line);
}

std::string ShapeOf(absl::string_view line) {
  std::string shape(line);
  for (size_t i = 0; i < shape.size();) {
    size_t end = i;
    while (end < shape.size() && IsWordCharacter(shape[end])) ++end;
    if (end == i) {
      ++i;
    } else {
      if (!IsKeyword(line.substr(i, end - i)))
        shape.replace(i, end - i, end - i, 'x');
      i = end;
    }
  }
  return shape;
}

}  // namespace modelservice::plugin
