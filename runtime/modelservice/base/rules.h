// The rules that requests are held to, by the sentences that say what is wrong:
// each has an id for programs, which stays as it is when words change.
//
//   const auto rule = FindRule("Ensure this field has no more than 20 "
//                              "characters.");
//   // MAX_LENGTH, with max = "20" and of = "characters"
//
// docs/methods.md lists them. Pure functions: safe from any thread.
#ifndef MODELSERVICE_BASE_RULES_H_
#define MODELSERVICE_BASE_RULES_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace modelservice {

struct Rule {
  absl::string_view reason;  // UPPER_SNAKE_CASE, as google.rpc wants it
  // `<name>` stands for any text, which is the rule's parameter of that name;
  // `<>` for one that is none.
  absl::string_view sentence;
};

// All of them. A reason may have several sentences, one behind the other.
absl::Span<const Rule> Rules();

struct FoundRule {
  absl::string_view reason;
  std::vector<std::pair<std::string, std::string>> parameters;
};

// The rule that has this sentence; none for words of others.
std::optional<FoundRule> FindRule(absl::string_view sentence);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_RULES_H_
