#include "plugin/emit/line_breaker.h"

#include <algorithm>
#include <queue>
#include <set>
#include <tuple>
#include <utility>

#include "plugin/emit/layout.h"

namespace modelservice::plugin {
namespace {

using Kind = CodeToken::Kind;

constexpr int kWidth = static_cast<int>(kLineWidth);
constexpr int kContinuation = 4;
// Of a column past the width, and of the first break in a scope.
constexpr unsigned kExcess = 1000000;
constexpr unsigned kFirstBreak = 15;

// A bracket, or the operands of an operator, that the next token stands in.
struct Scope {
  int indent = 0;      // of a line that goes on in it
  int last_space = 0;  // where its last element began
  int call_start = 0;
  int dots = 0;             // the column of its dots that begin lines
  bool one_a_line = false;  // once broken, every element has its line
  bool break_elements = false;
  bool broken = false;
  bool whole = false;          // may not be broken any more
  bool operand_whole = false;  // nor its current element
  bool flat_calls = false;     // a call of its chain is not on its own line

  auto Key() const {
    return std::tie(indent, last_space, call_start, dots, one_a_line,
                    break_elements, broken, whole, operand_whole, flat_calls);
  }
  bool operator<(const Scope& other) const { return Key() < other.Key(); }
};

struct State {
  size_t next = 0;
  int column = 0;
  int string_column = 0;  // of a literal that goes on
  int line_level = 0;     // of nesting, where the line begins
  int lowest_level = 0;   // on the line
  std::vector<Scope> scopes;

  bool operator<(const State& other) const {
    return std::tie(next, column, string_column, line_level, lowest_level,
                    scopes) < std::tie(other.next, other.column,
                                       other.string_column, other.line_level,
                                       other.lowest_level, other.scopes);
  }
};

class Breaker {
 public:
  Breaker(const std::vector<CodeToken>& tokens, int first_column, int nesting)
      : tokens_(tokens), first_(first_column - nesting * kContinuation) {
    State state;
    state.column = first_column;
    state.line_level = state.lowest_level = nesting;
    Scope scope;
    scope.indent = scope.last_space = first_column;
    scope.one_a_line = nesting > 0;
    state.scopes.push_back(scope);
    Advance(state);
    nodes_.push_back({std::move(state), 0, false});
  }

  // The cheapest way first; of two that cost the same the one found first.
  std::vector<LineBreak> Run() {
    queue_.push({0, 0});
    std::set<State> seen;
    while (!queue_.empty()) {
      const auto [penalty, at] = queue_.top();
      queue_.pop();
      const State state = nodes_[at].state;
      if (state.next == tokens_.size()) return PathTo(at);
      if (!seen.insert(state).second) continue;
      if (!MustBreak(state)) Follow(penalty, at, state, false);
      if (CanBreak(state)) Follow(penalty, at, state, true);
    }
    return {};
  }

 private:
  struct Node {
    State state;
    size_t before;
    bool breaks;
  };

  const CodeToken& Next(const State& state) const {
    return tokens_[state.next];
  }
  const CodeToken& Previous(const State& state) const {
    return tokens_[state.next - 1];
  }

  void Follow(unsigned penalty, size_t at, State state, bool breaks) {
    penalty += breaks ? Break(state) : 0;
    if (!breaks) Continue(state);
    penalty += Advance(state);
    nodes_.push_back({std::move(state), at, breaks});
    queue_.push({penalty, nodes_.size() - 1});
  }

  std::vector<LineBreak> PathTo(size_t at) const {
    std::vector<LineBreak> breaks;
    for (; at != 0; at = nodes_[at].before) {
      if (!nodes_[at].breaks) continue;
      const State& state = nodes_[at].state;
      const size_t token = state.next - 1;
      breaks.push_back(
          {token, state.column - static_cast<int>(tokens_[token].text.size())});
    }
    std::reverse(breaks.begin(), breaks.end());
    return breaks;
  }

  // Whether the token starts a further call in a chain of them.
  bool StartsCall(const State& state) const {
    return Next(state).kind == Kind::kDot &&
           Previous(state).kind == Kind::kClose;
  }

  int ColumnOfBreak(const State& state) const {
    const CodeToken& token = Next(state);
    const Scope& scope = state.scopes.back();
    const int aligned = std::max(scope.last_space, scope.indent);
    if (token.kind == Kind::kString && state.string_column != 0) {
      return state.string_column;
    }
    if (token.kind == Kind::kDot && scope.dots != 0) return scope.dots;
    if (token.function_name) return aligned;
    if (token.kind == Kind::kBase) return first_ + kContinuation;
    if (token.kind == Kind::kDot || token.name ||
        Previous(state).kind == Kind::kScope ||
        Previous(state).kind == Kind::kAssign ||
        token.kind == Kind::kBrackets) {
      return aligned + kContinuation;
    }
    return scope.indent == first_ ? first_ + kContinuation : scope.indent;
  }

  bool MustBreak(const State& state) const {
    const CodeToken& token = Next(state);
    const CodeToken& before = Previous(state);
    const Scope& scope = state.scopes.back();
    if (token.must_break) return true;
    const bool behind_template = before.kind == Kind::kClose &&
                                 before.text == ">" && token.name &&
                                 !token.function_name;
    if ((before.kind == Kind::kComma || behind_template) &&
        scope.break_elements) {
      return true;
    }
    const int column = ColumnOfBreak(state);
    if (token.kind == Kind::kDot &&
        state.column + LengthToNextDot(state.next) > kWidth &&
        (state.column > column || token.level < state.line_level)) {
      return true;
    }
    if (StartsCall(state) && (scope.dots != 0 || scope.break_elements)) {
      return true;
    }
    if (state.column <= column) return false;
    if (token.kind == Kind::kString && before.text != "return" &&
        (column == first_ + kContinuation || before.kind == Kind::kComma ||
         token.level < 2) &&
        SpansLines(state)) {
      return true;
    }
    return token.function_name && scope.break_elements;
  }

  // Whether the literal goes on in a second line.
  bool SpansLines(const State& state) const {
    const size_t at = state.next;
    if (at + 1 < tokens_.size() && tokens_[at + 1].kind == Kind::kString) {
      return true;
    }
    return state.column +
               static_cast<int>(tokens_[at].text.size() + tokens_[at].tail) >
           kWidth;
  }

  int LengthToNextDot(size_t at) const {
    if (tokens_[at].last_operator) return 0;
    int length = 0;
    for (size_t i = at;; ++i) {
      if (i != at && tokens_[i].kind == Kind::kDot &&
          tokens_[i].level == tokens_[at].level) {
        return length;
      }
      length += static_cast<int>(tokens_[i].text.size()) +
                (tokens_[i].blank_before ? 1 : 0);
    }
  }

  bool CanBreak(const State& state) const {
    const CodeToken& token = Next(state);
    const CodeToken& before = Previous(state);
    const Scope& scope = state.scopes.back();
    if (!token.can_break) return false;
    // A list in a list begins on its line.
    if (before.kind == Kind::kBrace) {
      if (state.next < 2) return false;
      const CodeToken& around = tokens_[state.next - 2];
      if (around.kind == Kind::kBrace || around.kind == Kind::kOpen ||
          around.kind == Kind::kComma) {
        return false;
      }
    }
    if (before.opens() && before.kind != Kind::kBrace &&
        state.lowest_level < state.line_level &&
        state.lowest_level < token.level) {
      return false;
    }
    if (token.kind == Kind::kDot && scope.flat_calls) return false;
    if (token.function_name && state.column < 6) return false;
    return !scope.whole && !scope.operand_whole;
  }

  // Puts the token behind the last one.
  void Continue(State& state) const {
    const CodeToken& token = Next(state);
    const CodeToken& before = Previous(state);
    Scope& scope = state.scopes.back();
    const int start = state.column + (token.blank_before ? 1 : 0);
    if (before.opens() || before.kind == Kind::kBase) scope.indent = start;
    if (scope.one_a_line && before.kind == Kind::kComma) scope.whole = true;
    if (StartsCall(state) && state.column > ColumnOfBreak(state)) {
      scope.flat_calls = true;
    }
    if (token.kind == Kind::kDot && before.kind == Kind::kClose &&
        before.text == ")" && before.match >= 0 &&
        LengthOfBracket(before.match) > 10) {
      scope.whole = true;
    }
    if (before.kind == Kind::kComma &&
        !(before.first_operator && before.last_operator)) {
      scope.operand_whole = true;
    }
    if (before.kind == Kind::kComma || before.kind == Kind::kBase) {
      scope.last_space = start;
    } else if (before.opens()) {
      const auto behind = static_cast<size_t>(before.match) + 1;
      if (behind < tokens_.size() && tokens_[behind].kind == Kind::kDot &&
          state.scopes.size() > 1 &&
          state.scopes[state.scopes.size() - 2].dots == 0) {
        scope.last_space = start;
      }
    }
    state.column = start;
    state.lowest_level = std::min(state.lowest_level, token.level);
  }

  int LengthOfBracket(int open) const {
    int length = 0;
    for (size_t i = static_cast<size_t>(open) + 1;
         i <= static_cast<size_t>(tokens_[static_cast<size_t>(open)].match);
         ++i) {
      length += static_cast<int>(tokens_[i].text.size()) +
                (tokens_[i].blank_before ? 1 : 0);
    }
    return length;
  }

  // Puts the token into a new line, and says what that costs.
  unsigned Break(State& state) const {
    const CodeToken& token = Next(state);
    const CodeToken& before = Previous(state);
    Scope& scope = state.scopes.back();
    unsigned penalty = token.penalty;
    if (!scope.broken) penalty += kFirstBreak;
    scope.broken = true;
    state.column = ColumnOfBreak(state);
    if (token.kind == Kind::kDot && scope.dots == 0) scope.dots = state.column;
    const bool behind_template =
        before.kind == Kind::kClose && before.text == ">";
    if ((before.kind == Kind::kComma && !scope.one_a_line) ||
        before.kind == Kind::kAssign || (behind_template && token.level == 0)) {
      scope.break_elements = false;
    }
    scope.last_space = state.column;
    state.line_level = state.lowest_level = token.level;
    for (size_t i = 0; i + 1 < state.scopes.size(); ++i) {
      state.scopes[i].break_elements = true;
    }
    if (before.kind != Kind::kComma && before.kind != Kind::kAssign &&
        !(behind_template && token.level == 0) && !before.opens()) {
      scope.break_elements = true;
    }
    if (scope.one_a_line && !before.opens() && before.kind != Kind::kAssign) {
      scope.break_elements = true;
    }
    return penalty;
  }

  // Goes past the token, which is in its place.
  unsigned Advance(State& state) const {
    const CodeToken& token = Next(state);
    if (token.kind == Kind::kDot) {
      state.scopes.back().call_start = token.last_operator ? 0 : state.column;
    }
    if (token.kind == Kind::kComma || token.kind == Kind::kAssign) {
      state.scopes.back().operand_whole = false;
    }
    for (const CodeToken::Operands operands : token.starts) {
      OpenOperands(operands, state);
    }
    if (token.kind == Kind::kClose && state.scopes.size() > 1) {
      state.scopes.pop_back();
    }
    if (token.opens()) OpenBracket(state);
    for (int i = 0; i < token.ends && state.scopes.size() > 1; ++i) {
      state.scopes.pop_back();
    }
    if (token.kind != Kind::kString) {
      state.string_column = 0;
    } else if (state.string_column == 0) {
      state.string_column = state.column;
    }
    state.column += static_cast<int>(token.text.size());
    ++state.next;
    if (state.column <= kWidth) return 0;
    return kExcess * static_cast<unsigned>(state.column - kWidth);
  }

  void OpenOperands(CodeToken::Operands operands, State& state) const {
    Scope scope = state.scopes.back();
    scope.broken = false;
    scope.whole = scope.whole || scope.operand_whole;
    scope.operand_whole = false;
    scope.break_elements = false;
    if (operands > CodeToken::kCommas) scope.one_a_line = false;
    const bool behind_return =
        state.next > 0 && Previous(state).text == "return";
    if (!behind_return || operands > CodeToken::kChain) {
      scope.indent = std::max({state.column, scope.indent, scope.last_space});
    }
    if (operands != CodeToken::kChain) {
      scope.last_space = std::max(scope.last_space, state.column);
    }
    scope.call_start = state.column;
    state.scopes.push_back(scope);
  }

  void OpenBracket(State& state) const {
    const CodeToken& token = Next(state);
    const Scope& around = state.scopes.back();
    Scope scope;
    scope.last_space = around.last_space;
    if (token.kind == Kind::kBrace) {
      scope.indent = around.last_space + kContinuation;
    } else {
      scope.indent =
          std::max(around.last_space, around.call_start) + kContinuation;
      if (token.kind == Kind::kLess && InParentheses(state.next)) {
        scope.indent = std::max(scope.indent, around.indent);
        scope.last_space = std::max(scope.last_space, around.indent);
      }
    }
    scope.whole =
        around.whole || (token.kind == Kind::kLess && around.flat_calls);
    state.scopes.push_back(scope);
  }

  bool InParentheses(size_t at) const {
    int depth = 0;
    for (size_t i = at; i-- > 0;) {
      if (tokens_[i].kind == Kind::kClose) ++depth;
      if (tokens_[i].opens() && depth-- == 0) {
        return tokens_[i].kind == Kind::kOpen;
      }
    }
    return false;
  }

  using Entry = std::pair<unsigned, size_t>;

  const std::vector<CodeToken>& tokens_;
  const int first_;
  std::vector<Node> nodes_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> queue_;
};

}  // namespace

std::vector<LineBreak> BreakLine(const std::vector<CodeToken>& tokens,
                                 int first_column, int nesting) {
  return Breaker(tokens, first_column, nesting).Run();
}

}  // namespace modelservice::plugin
