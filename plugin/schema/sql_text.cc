#include "plugin/schema/sql_text.h"

#include <re2/re2.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace modelservice::plugin {
namespace {

// An expression that is longer is a program, and has SQLite work for it.
constexpr size_t kMaxExpression = 65536;

bool StartsWord(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

bool ContinuesWord(char c) {
  return StartsWord(c) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
         c == '$';
}

// Tabs and ends of lines are as good as blanks.
bool IsControl(char c) {
  const auto u = static_cast<unsigned char>(c);
  return (u < 0x20 && c != '\t' && c != '\n' && c != '\r') || u == 0x7f;
}

// Walks over one expression, as far as its end is concerned.
class Expression {
 public:
  explicit Expression(absl::string_view sql) : sql_(sql) {}

  std::optional<SqlFault> Fault() {
    if (sql_.size() > kMaxExpression) {
      return SqlFault{absl::StrCat("is longer than ", kMaxExpression, " bytes"),
                      "make it shorter"};
    }
    if (absl::StripAsciiWhitespace(sql_).empty()) {
      return SqlFault{"is blank", "write a condition, or drop it"};
    }
    if (!IsUtf8(sql_)) {
      return SqlFault{"has bytes that are no UTF-8", "write characters"};
    }
    while (at_ < sql_.size()) {
      if (auto fault = Step()) return fault;
    }
    if (balanced_ && open_.empty()) return std::nullopt;
    return SqlFault{"has parentheses that do not match", "balance them"};
  }

 private:
  std::optional<SqlFault> Step() {
    const char c = sql_[at_];
    const absl::string_view two = sql_.substr(at_, 2);
    if (IsControl(c)) {
      return SqlFault{"has a control character", "drop it"};
    }
    if (two == "--" || two == "/*") {
      return SqlFault{"has a comment", "drop the comment"};
    }
    switch (c) {
      case '\'':
      case '"':
        return Quoted(c);
      case ';':
        return SqlFault{"has a \";\"", "write one expression, without it"};
      // Only SQLite quotes with it.
      case '`':
        return SqlFault{"has a \"`\"", "quote names with \""};
      // Never outside of a string in SQL, but a command to psql.
      case '\\':
        return SqlFault{"has a \"\\\"", "drop it"};
      // $1 is a parameter, and $$ quotes for PostgreSQL alone.
      case '$':
        return SqlFault{"has a \"$\"", "quote strings with '"};
      case '(':
      case '[':
        open_.push_back(c);
        ++at_;
        return std::nullopt;
      case ')':
      case ']':
        Close(c == ')' ? '(' : '[');
        ++at_;
        return std::nullopt;
      default:
        break;
    }
    ++at_;
    if (!StartsWord(c)) return std::nullopt;
    while (at_ < sql_.size() && ContinuesWord(sql_[at_])) ++at_;
    return std::nullopt;
  }

  // A string or a name in quotes, which are doubled inside of it.
  std::optional<SqlFault> Quoted(char quote) {
    for (++at_; at_ < sql_.size(); ++at_) {
      const char c = sql_[at_];
      const char next = at_ + 1 < sql_.size() ? sql_[at_ + 1] : '\0';
      if (IsControl(c)) {
        return SqlFault{"has a control character", "drop it"};
      }
      // PostgreSQL may read an escaped quote there, as in E'\''.
      if (quote == '\'' && c == '\\' && next == quote) {
        return SqlFault{"has a \"\\\" before a '", "double the ' instead"};
      }
      // To SQLite, "[" quotes a name up to the first "]".
      if (c == ']' && open_.find('[') != std::string::npos) {
        return SqlFault{"has a \"]\" in quotes inside of [ ]", "drop it"};
      }
      if (c != quote) continue;
      if (next != quote) {
        ++at_;
        return std::nullopt;
      }
      ++at_;
    }
    return SqlFault{absl::StrCat("has a ", absl::string_view(&quote, 1),
                                 " that is not closed"),
                    "close it"};
  }

  // What follows may say more of what is meant.
  void Close(char open) {
    if (!open_.empty() && open_.back() == open) {
      open_.pop_back();
    } else {
      balanced_ = false;
    }
  }

  const absl::string_view sql_;
  size_t at_ = 0;
  std::string open_;  // the parentheses around `at_`
  bool balanced_ = true;
};

}  // namespace

bool IsUtf8(absl::string_view bytes) {
  // Its "." is a character, and what is none matches nothing.
  static const auto* const kUtf8 = new RE2("(?s).*");
  return RE2::FullMatch(re2::StringPiece(bytes.data(), bytes.size()), *kUtf8);
}

std::optional<SqlFault> FaultOfExpression(absl::string_view sql) {
  return Expression(sql).Fault();
}

}  // namespace modelservice::plugin
