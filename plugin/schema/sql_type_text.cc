// The grammar of types, see sql_text.h:
//
//   type = name { word } [ "(" argument { "," argument } ")" ] { word }
//          { "[" [ digits ] "]" }
//   name = part [ "." part ]
//   part = letters and digits | in double quotes
//   argument = [ sign ] digits | letters and digits

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/sql_text.h"

namespace modelservice::plugin {
namespace {

// As long as two names of PostgreSQL with quotes, and then some.
constexpr size_t kMaxType = 256;

// The words that may follow a type's first one in SQL, PostgreSQL or SQLite.
constexpr absl::string_view kFurtherWords[] = {
    "array",   "big",   "binary",  "char",      "character", "day",
    "hour",    "int",   "integer", "large",     "local",     "long",
    "minute",  "month", "object",  "precision", "second",    "signed",
    "text",    "time",  "to",      "unsigned",  "varbinary", "varchar",
    "varying", "with",  "without", "year",      "zone"};

// What starts a constraint or a column's other settings in one of them, where a
// type may be left out or is over.
constexpr absl::string_view kNoTypes[] = {
    "all",        "always",  "and",         "as",         "autoincrement",
    "check",      "collate", "compression", "constraint", "default",
    "deferrable", "foreign", "generated",   "hidden",     "initially",
    "key",        "match",   "not",         "null",       "on",
    "options",    "or",      "primary",     "references", "select",
    "setof",      "storage", "stored",      "unique",     "virtual",
    "without",    "with"};

template <class Words>
bool Has(const Words& words, absl::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool StartsTypeWord(char c) {
  return absl::ascii_isalpha(static_cast<unsigned char>(c)) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsControlCharacter(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

class Type {
 public:
  explicit Type(absl::string_view text) : text_(text) {}

  std::optional<SqlFault> Fault() {
    if (text_.size() > kMaxType) {
      return SqlFault{absl::StrCat("is longer than ", kMaxType, " bytes"),
                      "name a type"};
    }
    if (!IsUtf8(text_)) {
      return SqlFault{"has bytes that are no UTF-8", "name a type"};
    }
    if (Parse() && at_ == text_.size()) return std::nullopt;
    return SqlFault{Found(),
                    "name the type alone; rules, defaults and keys have "
                    "settings of their own"};
  }

 private:
  // Each stops in front of what it cannot read.
  bool Parse() {
    Blanks();
    if (!Part()) return false;
    if (Take('.') && !Part()) return false;
    if (!FurtherWords()) return false;
    if (Take('(')) {
      do {
        if (!Argument()) return false;
      } while (Take(','));
      if (!Take(')')) return false;
    }
    if (!FurtherWords()) return false;
    while (Take('[')) {
      Digits();
      if (!Take(']')) return false;
    }
    return true;
  }

  bool Part() {
    if (Peek() == '"') return QuotedName();
    const absl::string_view word = PeekWord();
    if (word.empty() || Has(kNoTypes, absl::AsciiStrToLower(word))) {
      return false;
    }
    Skip(word.size());
    return true;
  }

  bool QuotedName() {
    size_t end = at_ + 1;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      if (IsControlCharacter(c)) return false;
      if (c != '"') continue;
      if (end + 1 == text_.size() || text_[end + 1] != '"') break;
      ++end;
    }
    if (end >= text_.size() || end == at_ + 1) return false;
    Skip(end + 1 - at_);
    return true;
  }

  // False in front of a word that does not belong here.
  bool FurtherWords() {
    for (absl::string_view word = PeekWord(); !word.empty();
         word = PeekWord()) {
      if (!Has(kFurtherWords, absl::AsciiStrToLower(word))) return false;
      Skip(word.size());
    }
    return true;
  }

  bool Argument() {
    const absl::string_view word = PeekWord();
    if (!word.empty()) {
      Skip(word.size());
      return true;
    }
    const size_t start = at_;
    if (Peek() == '-' || Peek() == '+') ++at_;
    if (Digits()) return true;
    at_ = start;
    return false;
  }

  bool Digits() {
    size_t end = at_;
    while (end < text_.size() && IsDigit(text_[end])) ++end;
    if (end == at_) return false;
    Skip(end - at_);
    return true;
  }

  bool Take(char c) {
    if (Peek() != c) return false;
    Skip(1);
    return true;
  }

  void Skip(size_t size) {
    at_ += size;
    Blanks();
  }
  void Blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  absl::string_view PeekWord() const {
    size_t end = at_;
    if (end < text_.size() && StartsTypeWord(text_[end])) {
      while (end < text_.size() &&
             (StartsTypeWord(text_[end]) || IsDigit(text_[end]))) {
        ++end;
      }
    }
    return text_.substr(at_, end - at_);
  }

  // What it has where it could not be read.
  std::string Found() const {
    if (at_ == text_.size()) return "ends too early";
    if (IsControlCharacter(text_[at_])) return "has a control character";
    absl::string_view found = PeekWord();
    if (found.empty()) {
      found = text_.substr(at_, 2);
      if (found != "--" && found != "/*") found = found.substr(0, 1);
    }
    return absl::StrCat("has \"", found, "\", which is no part of a type");
  }

  const absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::optional<SqlFault> FaultOfType(absl::string_view type) {
  return Type(type).Fault();
}

}  // namespace modelservice::plugin
