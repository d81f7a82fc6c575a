#include "modelservice/protogen/extension_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace modelservice::proto {
namespace {

bool Opens(char c) { return c == '{' || c == '<' || c == '['; }
bool Closes(char c) { return c == '}' || c == '>' || c == ']'; }
bool IsQuote(char c) { return c == '"' || c == '\''; }
bool Separates(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c)) || c == ',' ||
         c == ';';
}

// Walks over the fields of one message.
class Fields {
 public:
  explicit Fields(absl::string_view text) : text_(text) {}

  ExtensionTexts Read() {
    ExtensionTexts found;
    for (Skip(); at_ < text_.size(); Skip()) {
      const size_t start = at_;
      const bool is_extension = text_[at_] == '[';
      if (is_extension) {
        SkipNested();
      } else {
        SkipWord();
      }
      const absl::string_view name = text_.substr(start, at_ - start);
      SkipBlanks();
      const bool has_colon = at_ < text_.size() && text_[at_] == ':';
      if (has_colon) ++at_;
      const absl::string_view value = SkipValue();
      if (is_extension) {
        // protoc's parser puts blanks between all tokens.
        found.own.push_back(absl::StrCat(absl::StrReplaceAll(name, {{" ", ""}}),
                                         has_colon ? ": " : " ", value));
      } else {
        found.inner |= HasExtension(value);
      }
    }
    return found;
  }

 private:
  // A message, or a list of them.
  static bool HasExtension(absl::string_view value) {
    if (value.size() < 2 || !Opens(value[0])) return false;
    const absl::string_view inside = value.substr(1, value.size() - 2);
    if (value[0] != '[') {
      const ExtensionTexts found = Fields(inside).Read();
      return found.inner || !found.own.empty();
    }
    bool has = false;
    Fields list(inside);
    for (list.Skip(); list.at_ < inside.size(); list.Skip()) {
      has |= HasExtension(list.SkipValue());
    }
    return has;
  }

  absl::string_view SkipValue() {
    SkipBlanks();
    const size_t start = at_;
    if (at_ == text_.size()) return "";
    if (Opens(text_[at_])) {
      SkipNested();
    } else if (IsQuote(text_[at_])) {
      // Strings beside each other are one.
      size_t end = at_;
      while (at_ < text_.size() && IsQuote(text_[at_])) {
        SkipString();
        end = at_;
        SkipBlanks();
      }
      at_ = end;
    } else {
      if (text_[at_] == '-') {
        ++at_;
        SkipBlanks();
      }
      SkipWord();
    }
    return text_.substr(start, at_ - start);
  }

  // Always moves on.
  void SkipWord() {
    do {
      ++at_;
    } while (at_ < text_.size() && !Separates(text_[at_]) &&
             !Opens(text_[at_]) && !Closes(text_[at_]) && text_[at_] != ':' &&
             !IsQuote(text_[at_]));
  }

  void SkipString() {
    const char quote = text_[at_];
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    Move(1);
  }

  // From what opens to what closes.
  void SkipNested() {
    int depth = 0;
    while (at_ < text_.size()) {
      if (IsQuote(text_[at_])) {
        SkipString();
        continue;
      }
      if (Opens(text_[at_])) ++depth;
      if (Closes(text_[at_])) --depth;
      ++at_;
      if (depth == 0) return;
    }
  }

  void Skip() {
    while (at_ < text_.size() && Separates(text_[at_])) ++at_;
  }
  void SkipBlanks() {
    while (at_ < text_.size() &&
           absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) {
      ++at_;
    }
  }
  void Move(size_t by) {
    at_ = at_ + by > text_.size() ? text_.size() : at_ + by;
  }

  const absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

ExtensionTexts ExtensionsIn(absl::string_view text) {
  return Fields(text).Read();
}

}  // namespace modelservice::proto
