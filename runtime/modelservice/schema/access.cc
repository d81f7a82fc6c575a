#include "modelservice/schema/access.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/schema/white_space.h"

namespace modelservice {
namespace {

using Kind = AccessExpression::Kind;

constexpr int kMaxDepth = 64;

struct BuiltIn {
  absl::string_view name;
  Kind kind;
};
constexpr BuiltIn kBuiltIns[] = {
    {"any", Kind::kAny},
    {"authenticated", Kind::kAuthenticated},
    {"authenticated_or_readonly", Kind::kAuthenticatedOrReadOnly},
    {"owner", Kind::kOwner},
    {"model", Kind::kModel},
};

bool IsNameStart(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
bool IsNamePart(char c) {
  return IsNameStart(c) || (c >= '0' && c <= '9') || c == '.';
}

// What ends a role or a claim that is not quoted.
bool IsDelimiter(char c) {
  return IsSpace(c) || absl::ascii_iscntrl(static_cast<unsigned char>(c)) ||
         absl::StrContains("&|~()\"'", absl::string_view(&c, 1));
}

bool HasNameForm(absl::string_view name) {
  if (name.empty() || !IsNameStart(name[0])) return false;
  for (const char c : name) {
    if (!IsNamePart(c)) return false;
  }
  return true;
}

std::optional<Kind> BuiltInKind(absl::string_view name) {
  for (const BuiltIn& built_in : kBuiltIns) {
    if (built_in.name == name) return built_in.kind;
  }
  return std::nullopt;
}

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// A role, a claim's path or its value, quoted where it must be.
std::string Word(absl::string_view text, absl::string_view also_delimits) {
  bool plain = !text.empty();
  for (const char c : text) {
    plain = plain && !IsDelimiter(c) && !absl::StrContains(also_delimits, c);
  }
  return plain ? std::string(text) : Quoted(text);
}

// Characters, not bytes: those inside of one in UTF-8 are 10xxxxxx.
int ColumnOf(absl::string_view text, size_t position) {
  int column = 1;
  for (const char c : text.substr(0, position)) {
    if ((c & 0xc0) != 0x80) ++column;
  }
  return column;
}

}  // namespace

// By recursive descent; each method takes what it reads off the text, and gives
// none once there is a fault.
class AccessParser {
 public:
  AccessParser(absl::string_view text, AccessFault* fault)
      : text_(text), fault_(*fault) {}

  std::optional<AccessExpression> Parse() {
    if (Peek() == '\0') {
      return Fail("there is no name", "name a permission, like \"any\"");
    }
    std::optional<AccessExpression> all = Or();
    if (!all.has_value() || Peek() == '\0') return all;
    if (Peek() == ')') {
      return Fail("there is no \"(\" for this \")\"", "drop it");
    }
    return FailBetween();
  }

 private:
  using Result = std::optional<AccessExpression>;
  using Node = AccessExpression::Node;

  Result Or() { return Chain('|', Kind::kOr, &AccessParser::And); }
  Result And() { return Chain('&', Kind::kAnd, &AccessParser::Not); }

  Result Chain(char separator, Kind kind, Result (AccessParser::*part)()) {
    Result first = (this->*part)();
    if (!first.has_value() || Peek() != separator) return first;
    Node node{kind, "", "", {}};
    node.parts.push_back(*std::move(first));
    while (Peek() == separator) {
      ++position_;
      if (position_ < text_.size() && text_[position_] == separator) {
        --position_;
        return Fail(
            absl::StrCat("\"", text_.substr(position_, 2), "\" is no operator"),
            absl::StrCat("write \"", text_.substr(position_, 1), "\""));
      }
      before_ = text_.substr(position_ - 1, 1);
      Result next = (this->*part)();
      if (!next.has_value()) return next;
      node.parts.push_back(*std::move(next));
    }
    return AccessExpression(std::move(node));
  }

  Result Not() {
    if (Peek() == '(') return Parenthesis();
    if (Peek() != '~') return Name();
    if (!Enter()) return std::nullopt;
    before_ = "~";
    Result part = Not();
    --depth_;
    if (!part.has_value()) return part;
    Node node{Kind::kNot, "", "", {}};
    node.parts.push_back(*std::move(part));
    return AccessExpression(std::move(node));
  }

  Result Parenthesis() {
    const size_t opened = position_;
    if (!Enter()) return std::nullopt;
    before_ = "(";
    Result inside = Or();
    --depth_;
    if (!inside.has_value()) return inside;
    if (Peek() == ')') {
      ++position_;
      return inside;
    }
    if (Peek() != '\0') return FailBetween();
    position_ = opened;
    return Fail("this \"(\" has no \")\"", "close it");
  }

  // Takes a character that opens a level.
  bool Enter() {
    if (++depth_ > kMaxDepth) {
      Fail(absl::StrCat("more than ", kMaxDepth, " levels"),
           "register a permission that decides it in code");
      return false;
    }
    ++position_;
    return true;
  }

  Result Name() {
    const char first = Peek();
    if (!IsNameStart(first)) return FailAtName(first);
    const size_t start = position_;
    while (position_ < text_.size() && IsNamePart(text_[position_])) {
      ++position_;
    }
    const absl::string_view name = text_.substr(start, position_ - start);
    if (position_ < text_.size() && text_[position_] == ':') {
      ++position_;
      if (name == "role") return Role();
      if (name == "claim") return Claim();
      position_ = start;
      return Fail(absl::StrCat("\"", name, ":\" is not known"),
                  "write role:<name> or claim:<path>=<value>");
    }
    return AccessExpression(
        {BuiltInKind(name).value_or(Kind::kNamed), std::string(name), "", {}});
  }

  Result Role() {
    std::optional<std::string> role = TakeWord("", "role: names no role");
    if (!role.has_value()) return std::nullopt;
    return AccessExpression({Kind::kRole, *std::move(role), "", {}});
  }

  Result Claim() {
    std::optional<std::string> path = TakeWord("=", "claim: names no claim");
    if (!path.has_value()) return std::nullopt;
    if (position_ == text_.size() || text_[position_] != '=') {
      return Fail(absl::StrCat("claim:", *path, " has no value"),
                  absl::StrCat("write claim:", *path, "=<value>"));
    }
    ++position_;
    std::optional<std::string> value =
        TakeWord("", absl::StrCat("claim:", *path, "= has no value"));
    if (!value.has_value()) return std::nullopt;
    return AccessExpression(
        {Kind::kClaim, *std::move(path), *std::move(value), {}});
  }

  // Up to a delimiter, or in quotes with `\` before a quote and before itself.
  std::optional<std::string> TakeWord(absl::string_view also_delimits,
                                      const std::string& when_empty) {
    if (position_ < text_.size() && text_[position_] == '"')
      return TakeQuoted();
    const size_t start = position_;
    while (position_ < text_.size() && !IsDelimiter(text_[position_]) &&
           !absl::StrContains(also_delimits, text_[position_])) {
      ++position_;
    }
    if (position_ == start) {
      Fail(when_empty, "write it behind, without a space, or in \"quotes\"");
      return std::nullopt;
    }
    return std::string(text_.substr(start, position_ - start));
  }

  std::optional<std::string> TakeQuoted() {
    const size_t opened = position_++;
    std::string word;
    while (position_ < text_.size()) {
      char c = text_[position_++];
      if (c == '"') return word;
      if (c == '\\' && position_ < text_.size()) c = text_[position_++];
      word += c;
    }
    position_ = opened;
    Fail("this quote has no end", "close it with \"");
    return std::nullopt;
  }

  // What stands where a name should.
  Result FailAtName(char first) {
    if (first >= 'A' && first <= 'Z') {
      return Fail("names are in lower case", "write it so");
    }
    if (first == '!') {
      return Fail("\"!\" is no operator", "write \"~\" for not");
    }
    const std::string mend = "write a name, \"~\" or \"(\"";
    const std::string where =
        before_.empty() ? "" : absl::StrCat(" after \"", before_, "\"");
    if (first == '\0') {
      return Fail(absl::StrCat("there is no name", where), mend);
    }
    return Fail(absl::StrCat("expected a name", where, ", not ", Next()), mend);
  }

  // What stands where an operator should.
  Result FailBetween() {
    const absl::string_view rest = text_.substr(position_);
    for (const auto& [word, mend] : {std::pair("and ", "write \"&\" for and"),
                                     std::pair("or ", "write \"|\" for or")}) {
      if (absl::StartsWith(rest, word)) {
        return Fail(absl::StrCat("expected \"&\" or \"|\", not ", Next()),
                    mend);
      }
    }
    return Fail(absl::StrCat("expected \"&\" or \"|\", not ", Next()),
                "put one of them between the names");
  }

  // The character that comes next, in quotes.
  std::string Next() const {
    size_t end = position_ + 1;
    while (end < text_.size() && (text_[end] & 0xc0) == 0x80) ++end;
    return Quoted(text_.substr(position_, end - position_));
  }

  // The next character that is no space; NUL at the end, and there alone.
  char Peek() {
    while (position_ < text_.size() && IsSpace(text_[position_])) {
      ++position_;
    }
    if (position_ == text_.size()) return '\0';
    return text_[position_] == '\0' ? '\x01' : text_[position_];
  }

  Result Fail(std::string fault, std::string mend) {
    fault_ = {ColumnOf(text_, position_), std::move(fault), std::move(mend)};
    return std::nullopt;
  }

  const absl::string_view text_;
  AccessFault& fault_;
  size_t position_ = 0;
  int depth_ = 0;
  absl::string_view before_;  // the operator read last
};

std::optional<AccessExpression> AccessExpression::Parse(absl::string_view text,
                                                        AccessFault* fault) {
  return AccessParser(text, fault).Parse();
}

absl::StatusOr<AccessExpression> AccessExpression::Parse(
    absl::string_view text) {
  AccessFault fault;
  std::optional<AccessExpression> parsed = Parse(text, &fault);
  if (parsed.has_value()) return *std::move(parsed);
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\", column ", fault.column, ": ", fault.fault,
                   "; ", fault.mend));
}

bool AccessExpression::Has(Kind kind) const {
  if (this->kind() == kind) return true;
  for (const AccessExpression& part : parts()) {
    if (part.Has(kind)) return true;
  }
  return false;
}

std::string AccessExpression::ToString() const {
  const auto part_of = [this](const AccessExpression& part) {
    const bool loose = part.kind() == Kind::kOr || part.kind() == Kind::kAnd;
    // Inside of one of its own kind it was in parentheses, too.
    const bool binds = part.kind() == Kind::kAnd && kind() == Kind::kOr;
    return loose && !binds ? absl::StrCat("(", part.ToString(), ")")
                           : part.ToString();
  };
  switch (kind()) {
    case Kind::kRole:
      return absl::StrCat("role:", Word(name(), ""));
    case Kind::kClaim:
      return absl::StrCat("claim:", Word(name(), "="), "=", Word(value(), ""));
    case Kind::kNot:
      return absl::StrCat("~", part_of(parts()[0]));
    case Kind::kAnd:
    case Kind::kOr: {
      std::string text;
      for (const AccessExpression& part : parts()) {
        absl::StrAppend(&text,
                        text.empty()          ? ""
                        : kind() == Kind::kOr ? " | "
                                              : " & ",
                        part_of(part));
      }
      return text;
    }
    default:
      return name();
  }
}

bool IsPermissionName(absl::string_view name) {
  return HasNameForm(name) && !BuiltInKind(name).has_value();
}

}  // namespace modelservice
