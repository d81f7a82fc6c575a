// What stands where in the text of a filter: words, quoted texts, operators.
// How they go together is the grammar's (filter_syntax.h).
#ifndef MODELSERVICE_SERVICE_FILTER_SCANNER_H_
#define MODELSERVICE_SERVICE_FILTER_SCANNER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/service/filter_syntax.h"
#include "modelservice/service/text_fault.h"

namespace modelservice {

// A place in a text, which moves on as what stands there is taken.
class FilterScanner {
 public:
  // `fault` is told what the text should have been.
  FilterScanner(absl::string_view text, TextFault* fault)
      : text_(text), fault_(fault) {}

  absl::string_view all() const { return text_; }
  size_t at() const { return at_; }
  void GoTo(size_t at) { at_ = at; }

  bool AtEnd() const { return at_ >= text_.size(); }
  bool At(char c) const { return !AtEnd() && text_[at_] == c; }
  bool AtSpace() const;
  bool AtQuote() const { return At('"') || At('\''); }
  // In front of a sign and a digit: of a value, it is its own.
  bool AtNumber() const;

  // One character.
  void Skip() { ++at_; }
  void SkipSpace();

  // Up to what ends a bare text, or one of `also`.
  void TakeBare(absl::string_view also, FilterText* text);
  // From one quote to the other. False, with a fault, without the other.
  bool TakeString(FilterText* text);
  // A keyword that is a word of its own.
  bool TakeKeyword(absl::string_view keyword);
  bool TakeOperator(FilterOperator* op);

  // False.
  bool Fail(size_t at, std::string fault);
  // ... for what stands here is something else.
  bool FailExpected(absl::string_view expected);

 private:
  bool Unescape(char escaped, char* c);
  // For a fault: what stands here.
  absl::string_view NextWord() const;

  const absl::string_view text_;
  TextFault* const fault_;
  size_t at_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FILTER_SCANNER_H_
