// What is wrong with a text that a client wrote by a grammar: a filter, an
// order.
#ifndef MODELSERVICE_SERVICE_TEXT_FAULT_H_
#define MODELSERVICE_SERVICE_TEXT_FAULT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

struct TextFault {
  size_t at = 0;      // a byte of the text, or its end
  std::string fault;  // a sentence, like `Expected a value behind "=".`
};

// The fault's place, the fault, and the text around the place with a caret
// under it. Places count characters from 1.
//
//   Character 9: Expected an integer, not "abc".
//   pages = abc
//           ^
std::string Describe(absl::string_view text, const TextFault& fault);

// "text" in quotes, cut where it is long.
std::string Quoted(absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_TEXT_FAULT_H_
