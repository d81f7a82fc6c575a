// The tokens of one line of generated code, and where it may be broken at what
// cost.
#ifndef MODELSERVICE_PLUGIN_EMIT_CODE_TOKENS_H_
#define MODELSERVICE_PLUGIN_EMIT_CODE_TOKENS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

struct CodeToken {
  enum Kind {
    kWord,
    kString,
    kScope,  // ::
    kOpen,   // (
    kLess,   // < of a template
    kBrace,  // { of a list
    kClose,  // what closes one of these three
    kComma,
    kDot,
    kAssign,
    kReference,  // & of a type
    kAddress,    // & of an expression
    kBase,       // : in front of a base class
    kBrackets,   // []
    kBlock,      // { of a body
    kEnd,        // ;
  };

  // What starts at a token besides brackets: the operands of commas, of a
  // chain of calls, of an assignment. In clang-format's order of binding.
  enum Operands { kChain = 0, kCommas = 1, kAssignment = 2 };

  bool opens() const {
    return kind == kOpen || kind == kLess || kind == kBrace;
  }

  Kind kind = kWord;
  absl::string_view text;
  bool blank_before = false;
  bool can_break = false;   // before it
  bool must_break = false;  // before it
  unsigned penalty = 0;     // of a break before it
  int level = 0;            // of nesting in brackets
  int match = -1;           // the bracket that it opens or closes
  bool name = false;        // that is declared here
  bool function_name = false;
  std::vector<Operands> starts;  // from the outermost
  int ends = 0;                  // how many operands end with it
  bool last_operator = true;     // of commas or dots
  bool first_operator = true;
  // Up to the next token that may be on a line of its own.
  size_t tail = 0;
};

// `nesting` is how many brackets the line stands in.
std::vector<CodeToken> Tokenize(absl::string_view line, int nesting);

// The line with other words of the same lengths in place of its own, but for
// those that say what stands beside them: lines of one shape have the same
// tokens, at the same places, which are broken alike.
std::string ShapeOf(absl::string_view line);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_EMIT_CODE_TOKENS_H_
