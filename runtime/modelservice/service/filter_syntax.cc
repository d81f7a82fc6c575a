#include "modelservice/service/filter_syntax.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

bool IsSpace(char c) {
  return absl::ascii_isspace(static_cast<unsigned char>(c));
}

// What no bare text has in it.
bool EndsText(char c) {
  return IsSpace(c) ||
         absl::string_view("(),\"=<>!").find(c) != absl::string_view::npos;
}

bool IsKeyword(absl::string_view text) {
  return text == "AND" || text == "OR" || text == "NOT";
}

// Adds another text's, which stands behind it.
void Append(const FilterText& from, absl::string_view between,
            FilterText* text) {
  absl::StrAppend(&text->text, between);
  for (const size_t star : from.stars) {
    text->stars.push_back(text->text.size() + star);
  }
  absl::StrAppend(&text->text, from.text);
}

class Parser {
 public:
  Parser(absl::string_view text, const FilterBounds& bounds, TextFault* fault)
      : text_(text), bounds_(bounds), fault_(fault) {}

  bool Parse(FilterNode* filter) {
    if (text_.size() > bounds_.bytes) {
      return Fail(bounds_.bytes,
                  absl::StrCat("The filter is longer than ", bounds_.bytes,
                               " bytes (max_filter_bytes)."));
    }
    if (!IsUtf8(text_)) return Fail(0, "Expected UTF-8.");
    const size_t nul = text_.find('\0');
    if (nul != absl::string_view::npos) {
      return Fail(nul, std::string(kNoNul));
    }
    SkipSpace();
    if (AtEnd()) {
      *filter = FilterNode();
      return true;
    }
    if (!ParseExpression(/*values=*/false, filter)) return false;
    if (AtEnd()) return true;
    return text_[at_] == ')' ? Fail(at_, "There is no \"(\" for this \")\".")
                             : FailExpected("AND, OR or the end");
  }

 private:
  // `values`: behind a comparator, where there are values and nothing is
  // compared.
  bool ParseExpression(bool values, FilterNode* node) {
    return ParseList(FilterNode::Kind::kAnd, values, node);
  }

  // Factors of a conjunction, with or without AND between them.
  bool ParseConjunction(bool values, FilterNode* node) {
    for (;;) {
      FilterNode& factor = node->parts.emplace_back();
      if (!ParseList(FilterNode::Kind::kOr, values, &factor)) return false;
      SkipSpace();
      if (AtEnd() || text_[at_] == ')') return true;
      const bool and_follows = TakeKeyword("AND");
      SkipSpace();
      if (and_follows && AtEnd()) return FailExpected("a condition behind AND");
      if (!and_follows && at_ == end_of_last_) {
        return FailExpected("a space, AND or OR");
      }
    }
  }

  bool ParseDisjunction(bool values, FilterNode* node) {
    for (;;) {
      if (!ParseTerm(values, &node->parts.emplace_back())) return false;
      end_of_last_ = at_;
      SkipSpace();
      if (!TakeKeyword("OR")) return true;
      SkipSpace();
    }
  }

  bool ParseList(FilterNode::Kind kind, bool values, FilterNode* node) {
    FilterNode list;
    list.kind = kind;
    list.at = at_;
    const bool parsed = kind == FilterNode::Kind::kAnd
                            ? ParseConjunction(values, &list)
                            : ParseDisjunction(values, &list);
    if (!parsed) return false;
    // Not `*node = std::move(list.parts[0])`, whose own parts would go first.
    FilterNode only;
    if (list.parts.size() == 1) {
      only = std::move(list.parts[0]);
      *node = std::move(only);
    } else {
      *node = std::move(list);
    }
    return true;
  }

  bool ParseTerm(bool values, FilterNode* node) {
    const size_t at = at_;
    bool negated = TakeKeyword("NOT");
    if (negated) {
      SkipSpace();
    } else if (!AtEnd() && text_[at_] == '-' && !(values && AtNumber())) {
      negated = true;
      ++at_;
      if (AtEnd() || IsSpace(text_[at_])) {
        return FailExpected("what is negated right behind \"-\"");
      }
    }
    if (!negated) return ParseSimple(values, node);
    node->kind = FilterNode::Kind::kNot;
    node->at = at;
    const Level level(*this);
    return CheckDepth(at) && ParseSimple(values, &node->parts.emplace_back());
  }

  // In front of a sign and a digit: of a value, it is its own.
  bool AtNumber() const {
    return at_ + 1 < text_.size() &&
           (absl::ascii_isdigit(static_cast<unsigned char>(text_[at_ + 1])) ||
            text_[at_ + 1] == '.');
  }

  bool ParseSimple(bool values, FilterNode* node) {
    if (!AtEnd() && text_[at_] == '(') return ParseComposite(values, node);
    if (++terms_ > bounds_.terms) {
      return Fail(at_, absl::StrCat("The filter has more than ", bounds_.terms,
                                    " terms (max_filter_terms)."));
    }
    return values ? ParseValueWord(node) : ParseRestriction(node);
  }

  bool ParseComposite(bool values, FilterNode* node) {
    const size_t open = at_++;
    const Level level(*this);
    if (!CheckDepth(open)) return false;
    SkipSpace();
    if (!ParseExpression(values, node)) return false;
    if (AtEnd()) return Fail(open, "There is no \")\" for this \"(\".");
    ++at_;  // the ")": an expression ends there or at the end
    return true;
  }

  bool ParseRestriction(FilterNode* node) {
    node->at = at_;
    if (!ParseMember(&node->path)) return false;
    const Level levels(*this, static_cast<int>(node->path.size()) - 1);
    if (!CheckDepth(node->at)) return false;
    const size_t behind = at_;
    SkipSpace();
    if (!TakeOperator(&node->op)) {
      if (!AtEnd() && text_[at_] == '!') return FailExpected("\"!=\"");
      at_ = behind;
      node->kind = FilterNode::Kind::kWord;
      node->value = node->path[0];
      for (size_t i = 1; i < node->path.size(); ++i) {
        Append(node->path[i], ".", &node->value);
      }
      node->path.clear();
      return true;
    }
    node->kind = FilterNode::Kind::kCompare;
    SkipSpace();
    if (!AtEnd() && text_[at_] == '(') {
      return ParseComposite(/*values=*/true, &node->parts.emplace_back());
    }
    return ParseValue(absl::StrCat("a value behind \"", TextOf(node->op), "\""),
                      &node->value);
  }

  bool ParseValueWord(FilterNode* node) {
    node->kind = FilterNode::Kind::kWord;
    node->at = at_;
    return ParseValue("a value", &node->value);
  }

  // A name and what is inside of it.
  bool ParseMember(std::vector<FilterText>* path) {
    for (;;) {
      FilterText& part = path->emplace_back();
      const bool first = path->size() == 1;
      if (!AtEnd() && (text_[at_] == '"' || text_[at_] == '\'')) {
        if (!ParseString(&part)) return false;
      } else {
        TakeBare(".:", &part);
        if (part.text.empty() || (first && part.text[0] == '-')) {
          at_ = part.at;
          return FailExpected(first ? "a field or a word"
                                    : "a name behind \".\"");
        }
        if (first && IsKeyword(part.text)) {
          return Fail(
              part.at,
              absl::StrCat("Expected a field or a word, not ", part.text,
                           "; put it in quotes if it is one."));
        }
      }
      if (!AtEnd() && text_[at_] == '(') return FailFunction(path->front().at);
      if (AtEnd() || text_[at_] != '.') return true;
      ++at_;
    }
  }

  bool ParseValue(absl::string_view expected, FilterText* value) {
    if (!AtEnd() && (text_[at_] == '"' || text_[at_] == '\'')) {
      return ParseString(value);
    }
    // A time has ":" in it, and a number ".".
    TakeBare("", value);
    if (value->text.empty()) return FailExpected(expected);
    if (IsKeyword(value->text)) {
      return Fail(value->at,
                  absl::StrCat("Expected ", expected, ", not ", value->text,
                               "; put it in quotes if it is one."));
    }
    if (!AtEnd() && text_[at_] == '(') return FailFunction(value->at);
    return true;
  }

  // Up to what ends a bare text, or one of `also`.
  void TakeBare(absl::string_view also, FilterText* text) {
    text->at = at_;
    while (!AtEnd() && !EndsText(text_[at_]) &&
           also.find(text_[at_]) == absl::string_view::npos) {
      if (text_[at_] == '*') text->stars.push_back(text->text.size());
      text->text.push_back(text_[at_++]);
    }
  }

  bool ParseString(FilterText* text) {
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

  bool Unescape(char escaped, char* c) {
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

  // A keyword that is a word of its own.
  bool TakeKeyword(absl::string_view keyword) {
    if (!absl::StartsWith(text_.substr(at_), keyword)) return false;
    const size_t behind = at_ + keyword.size();
    if (behind < text_.size() && !IsSpace(text_[behind]) &&
        text_[behind] != '(') {
      return false;
    }
    at_ = behind;
    return true;
  }

  bool TakeOperator(FilterOperator* op) {
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

  bool FailFunction(size_t at) {
    return Fail(at, "There are no functions in filters.");
  }
  bool FailExpected(absl::string_view expected) {
    return Fail(at_, AtEnd() ? absl::StrCat("Expected ", expected, ".")
                             : absl::StrCat("Expected ", expected, ", not ",
                                            Quoted(NextWord()), "."));
  }
  bool Fail(size_t at, std::string fault) {
    *fault_ = {at, std::move(fault)};
    return false;
  }

  // For a fault: what stands here.
  absl::string_view NextWord() const {
    size_t end = at_ + 1;
    while (end < text_.size() && !IsSpace(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  // One more level of parentheses or negation, or several of names inside of
  // others, while it lasts.
  class Level {
   public:
    explicit Level(Parser& parser, int levels = 1)
        : parser_(parser), levels_(levels) {
      parser_.depth_ += levels_;
    }
    ~Level() { parser_.depth_ -= levels_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Parser& parser_;
    const int levels_;
  };
  bool CheckDepth(size_t at) {
    if (depth_ <= bounds_.depth) return true;
    return Fail(at, absl::StrCat("The filter is deeper than ", bounds_.depth,
                                 " levels (max_filter_depth)."));
  }

  void SkipSpace() {
    while (!AtEnd() && IsSpace(text_[at_])) ++at_;
  }
  bool AtEnd() const { return at_ >= text_.size(); }

  const absl::string_view text_;
  const FilterBounds& bounds_;
  TextFault* const fault_;
  size_t at_ = 0;
  size_t end_of_last_ = 0;  // of the last term
  int depth_ = 0;
  int terms_ = 0;
};

}  // namespace

absl::string_view TextOf(FilterOperator op) {
  switch (op) {
    case FilterOperator::kEqual:
      return "=";
    case FilterOperator::kNotEqual:
      return "!=";
    case FilterOperator::kLess:
      return "<";
    case FilterOperator::kLessOrEqual:
      return "<=";
    case FilterOperator::kGreater:
      return ">";
    case FilterOperator::kGreaterOrEqual:
      return ">=";
    case FilterOperator::kHas:
      return ":";
  }
  return "=";
}

bool ParseFilter(absl::string_view text, const FilterBounds& bounds,
                 FilterNode* filter, TextFault* fault) {
  return Parser(text, bounds, fault).Parse(filter);
}

}  // namespace modelservice
