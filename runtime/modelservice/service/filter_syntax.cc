#include "modelservice/service/filter_syntax.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/service/filter_scanner.h"

namespace modelservice {
namespace {

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
      : text_(text, fault), bounds_(bounds) {}

  bool Parse(FilterNode* filter) {
    const absl::string_view all = text_.all();
    if (all.size() > bounds_.bytes) {
      return text_.Fail(
          bounds_.bytes,
          absl::StrCat("The filter is longer than ", bounds_.bytes,
                       " bytes (max_filter_bytes)."));
    }
    if (!IsUtf8(all)) return text_.Fail(0, "Expected UTF-8.");
    const size_t nul = all.find('\0');
    if (nul != absl::string_view::npos) {
      return text_.Fail(nul, std::string(kNoNul));
    }
    text_.SkipSpace();
    if (text_.AtEnd()) {
      *filter = FilterNode();
      return true;
    }
    if (!ParseExpression(/*values=*/false, filter)) return false;
    if (text_.AtEnd()) return true;
    return text_.At(')')
               ? text_.Fail(text_.at(), "There is no \"(\" for this \")\".")
               : text_.FailExpected("AND, OR or the end");
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
      text_.SkipSpace();
      if (text_.AtEnd() || text_.At(')')) return true;
      const bool and_follows = text_.TakeKeyword("AND");
      text_.SkipSpace();
      if (and_follows && text_.AtEnd()) {
        return text_.FailExpected("a condition behind AND");
      }
      if (!and_follows && text_.at() == end_of_last_) {
        return text_.FailExpected("a space, AND or OR");
      }
    }
  }

  bool ParseDisjunction(bool values, FilterNode* node) {
    for (;;) {
      if (!ParseTerm(values, &node->parts.emplace_back())) return false;
      end_of_last_ = text_.at();
      text_.SkipSpace();
      if (!text_.TakeKeyword("OR")) return true;
      text_.SkipSpace();
    }
  }

  bool ParseList(FilterNode::Kind kind, bool values, FilterNode* node) {
    FilterNode list;
    list.kind = kind;
    list.at = text_.at();
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
    const size_t at = text_.at();
    bool negated = text_.TakeKeyword("NOT");
    if (negated) {
      text_.SkipSpace();
    } else if (text_.At('-') && !(values && text_.AtNumber())) {
      negated = true;
      text_.Skip();
      if (text_.AtEnd() || text_.AtSpace()) {
        return text_.FailExpected("what is negated right behind \"-\"");
      }
    }
    if (!negated) return ParseSimple(values, node);
    node->kind = FilterNode::Kind::kNot;
    node->at = at;
    const Level level(*this);
    return CheckDepth(at) && ParseSimple(values, &node->parts.emplace_back());
  }

  bool ParseSimple(bool values, FilterNode* node) {
    if (text_.At('(')) return ParseComposite(values, node);
    if (++terms_ > bounds_.terms) {
      return text_.Fail(text_.at(),
                        absl::StrCat("The filter has more than ", bounds_.terms,
                                     " terms (max_filter_terms)."));
    }
    return values ? ParseValueWord(node) : ParseRestriction(node);
  }

  bool ParseComposite(bool values, FilterNode* node) {
    const size_t open = text_.at();
    text_.Skip();
    const Level level(*this);
    if (!CheckDepth(open)) return false;
    text_.SkipSpace();
    if (!ParseExpression(values, node)) return false;
    if (text_.AtEnd()) {
      return text_.Fail(open, "There is no \")\" for this \"(\".");
    }
    text_.Skip();  // the ")": an expression ends there or at the end
    return true;
  }

  bool ParseRestriction(FilterNode* node) {
    node->at = text_.at();
    if (!ParseMember(&node->path)) return false;
    const Level levels(*this, static_cast<int>(node->path.size()) - 1);
    if (!CheckDepth(node->at)) return false;
    const size_t behind = text_.at();
    text_.SkipSpace();
    if (!text_.TakeOperator(&node->op)) {
      if (text_.At('!')) return text_.FailExpected("\"!=\"");
      text_.GoTo(behind);
      node->kind = FilterNode::Kind::kWord;
      node->value = node->path[0];
      for (size_t i = 1; i < node->path.size(); ++i) {
        Append(node->path[i], ".", &node->value);
      }
      node->path.clear();
      return true;
    }
    node->kind = FilterNode::Kind::kCompare;
    text_.SkipSpace();
    if (text_.At('(')) {
      return ParseComposite(/*values=*/true, &node->parts.emplace_back());
    }
    return ParseValue(absl::StrCat("a value behind \"", TextOf(node->op), "\""),
                      &node->value);
  }

  bool ParseValueWord(FilterNode* node) {
    node->kind = FilterNode::Kind::kWord;
    node->at = text_.at();
    return ParseValue("a value", &node->value);
  }

  // A name and what is inside of it.
  bool ParseMember(std::vector<FilterText>* path) {
    for (;;) {
      FilterText& part = path->emplace_back();
      const bool first = path->size() == 1;
      if (text_.AtQuote()) {
        if (!text_.TakeString(&part)) return false;
      } else {
        text_.TakeBare(".:", &part);
        if (part.text.empty() || (first && part.text[0] == '-')) {
          text_.GoTo(part.at);
          return text_.FailExpected(first ? "a field or a word"
                                          : "a name behind \".\"");
        }
        if (first && IsKeyword(part.text)) {
          return text_.Fail(
              part.at,
              absl::StrCat("Expected a field or a word, not ", part.text,
                           "; put it in quotes if it is one."));
        }
      }
      if (text_.At('(')) return FailFunction(path->front().at);
      if (!text_.At('.')) return true;
      text_.Skip();
    }
  }

  bool ParseValue(absl::string_view expected, FilterText* value) {
    if (text_.AtQuote()) return text_.TakeString(value);
    // A time has ":" in it, and a number ".".
    text_.TakeBare("", value);
    if (value->text.empty()) return text_.FailExpected(expected);
    if (IsKeyword(value->text)) {
      return text_.Fail(
          value->at, absl::StrCat("Expected ", expected, ", not ", value->text,
                                  "; put it in quotes if it is one."));
    }
    if (text_.At('(')) return FailFunction(value->at);
    return true;
  }

  bool FailFunction(size_t at) {
    return text_.Fail(at, "There are no functions in filters.");
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
    return text_.Fail(at,
                      absl::StrCat("The filter is deeper than ", bounds_.depth,
                                   " levels (max_filter_depth)."));
  }

  FilterScanner text_;
  const FilterBounds& bounds_;
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
