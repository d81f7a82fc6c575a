// Changes to a text that leave everything else in it as it is.
#ifndef MODELSERVICE_PROTOGEN_TEXT_EDIT_H_
#define MODELSERVICE_PROTOGEN_TEXT_EDIT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::proto {

// A part of a text: from `begin` to before `end`, in bytes.
struct Span {
  size_t begin = 0;
  size_t end = 0;
};

// Collects changes, then applies all of them at once. Insertions at one place
// keep their order and come before what is replaced there; what is inserted
// into a part that is replaced comes behind it.
class TextEdit {
 public:
  explicit TextEdit(absl::string_view text) : text_(text) {}

  void Insert(size_t at, std::string text) {
    Replace({at, at}, std::move(text));
  }
  void Replace(Span span, std::string text) {
    changes_.push_back({span, std::move(text)});
  }

  std::string Apply() const;

 private:
  struct Change {
    Span span;
    std::string text;
  };

  absl::string_view text_;
  std::vector<Change> changes_;
};

// The start of the line that holds `at`, and of the line after it.
size_t LineStart(absl::string_view text, size_t at);
size_t NextLine(absl::string_view text, size_t at);

// What stands before `at` on its line, when that is blank; else empty.
absl::string_view IndentAt(absl::string_view text, size_t at);

// The difference of two texts as `diff -u` writes it; empty when they are
// equal.
std::string UnifiedDiff(absl::string_view old_name, absl::string_view old_text,
                        absl::string_view new_name, absl::string_view new_text);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_TEXT_EDIT_H_
