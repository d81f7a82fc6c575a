#include "modelservice/service/filter_scanner.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/schema/white_space.h"

namespace modelservice {
namespace {

// What no bare text has in it.
bool EndsText(char c) {
  return IsSpace(c) ||
         absl::string_view("(),\"=<>!").find(c) != absl::string_view::npos;
}

}  // namespace

bool FilterScanner::AtSpace() const { return !AtEnd() && IsSpace(text_[at_]); }

bool FilterScanner::AtNumber() const {
  return at_ + 1 < text_.size() &&
         (absl::ascii_isdigit(static_cast<unsigned char>(text_[at_ + 1])) ||
          text_[at_ + 1] == '.');
}

void FilterScanner::SkipSpace() {
  while (!AtEnd() && IsSpace(text_[at_])) ++at_;
}

void FilterScanner::TakeBare(absl::string_view also, FilterText* text) {
  text->at = at_;
  while (!AtEnd() && !EndsText(text_[at_]) &&
         also.find(text_[at_]) == absl::string_view::npos) {
    if (text_[at_] == '*') text->stars.push_back(text->text.size());
    text->text.push_back(text_[at_++]);
  }
}

bool FilterScanner::TakeString(FilterText* text) {
  text->at = at_;
  text->quoted = true;
  const char quote = text_[at_++];
  while (!AtEnd() && text_[at_] != quote) {
    char c = text_[at_];
    if (c == '*') {
      text->stars.push_back(text->text.size());
    } else if (c == '\\') {
      ++at_;
      if (AtEnd()) break;
      if (!Unescape(text_[at_], &c)) return false;
    }
    text->text.push_back(c);
    ++at_;
  }
  if (AtEnd()) {
    return Fail(text->at,
                absl::StrCat("The text that begins here has no ",
                             absl::string_view(&quote, 1), " at its end."));
  }
  ++at_;
  return true;
}

bool FilterScanner::Unescape(char escaped, char* c) {
  switch (escaped) {
    case '"':
    case '\'':
    case '\\':
    case '*':
      *c = escaped;
      return true;
    case 'n':
      *c = '\n';
      return true;
    case 'r':
      *c = '\r';
      return true;
    case 't':
      *c = '\t';
      return true;
    default:
      return Fail(at_ - 1,
                  "Expected one of \", ', \\, *, n, r, t behind \"\\\".");
  }
}

bool FilterScanner::TakeKeyword(absl::string_view keyword) {
  if (!absl::StartsWith(text_.substr(at_), keyword)) return false;
  const size_t behind = at_ + keyword.size();
  if (behind < text_.size() && !IsSpace(text_[behind]) &&
      text_[behind] != '(') {
    return false;
  }
  at_ = behind;
  return true;
}

bool FilterScanner::TakeOperator(FilterOperator* op) {
  // The longer ones first.
  for (const FilterOperator candidate :
       {FilterOperator::kLessOrEqual, FilterOperator::kGreaterOrEqual,
        FilterOperator::kNotEqual, FilterOperator::kLess,
        FilterOperator::kGreater, FilterOperator::kEqual,
        FilterOperator::kHas}) {
    const absl::string_view text = TextOf(candidate);
    if (!absl::StartsWith(text_.substr(at_), text)) continue;
    at_ += text.size();
    *op = candidate;
    return true;
  }
  return false;
}

bool FilterScanner::FailExpected(absl::string_view expected) {
  return Fail(at_, AtEnd() ? absl::StrCat("Expected ", expected, ".")
                           : absl::StrCat("Expected ", expected, ", not ",
                                          Quoted(NextWord()), "."));
}

bool FilterScanner::Fail(size_t at, std::string fault) {
  *fault_ = {at, std::move(fault)};
  return false;
}

absl::string_view FilterScanner::NextWord() const {
  size_t end = at_ + 1;
  while (end < text_.size() && !IsSpace(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

}  // namespace modelservice
