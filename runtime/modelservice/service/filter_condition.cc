#include "modelservice/service/filter_condition.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/text_column.h"
#include "modelservice/service/field_names.h"
#include "modelservice/service/filter_value.h"
#include "modelservice/service/search.h"

namespace modelservice {
namespace {

using Kind = FilterNode::Kind;
using Rows = std::optional<Expression>;

bool IsPlain(const Column& column) {
  return column.storage == Storage::kNative || column.storage == Storage::kName;
}

// Whether all of the text is stars, so that it stands for any text.
bool IsAny(const FilterText& text) {
  return !text.text.empty() && text.stars.size() == text.text.size();
}

// As TextMatch::kPattern has it.
std::string PatternOf(const FilterText& text) {
  std::string pattern;
  size_t star = 0;
  for (size_t i = 0; i < text.text.size(); ++i) {
    const bool is_star = star < text.stars.size() && text.stars[star] == i;
    if (is_star) {
      ++star;
    } else if (text.text[i] == '*' || text.text[i] == '\\') {
      pattern.push_back('\\');
    }
    pattern.push_back(text.text[i]);
  }
  return pattern;
}

// The texts that are `text`, whose stars stand for any.
Expression IsLike(const Expression& column, const FilterText& text,
                  bool ignore_case) {
  if (IsAny(text)) return !Expression::IsNull(column);
  const std::string& whole = text.text;
  const auto match = [&](TextMatch kind, size_t from, size_t size) {
    return Expression::Match(column, kind, whole.substr(from, size),
                             ignore_case);
  };
  if (text.stars.empty()) {
    return ignore_case ? match(TextMatch::kIs, 0, whole.size())
                       : Expression::Compare(column, Comparison::kEqual,
                                             Literal(Value::Text(whole)));
  }
  const bool begins = text.stars.front() == 0;
  const bool ends = text.stars.back() + 1 == whole.size();
  const size_t outside = (begins ? 1 : 0) + (ends ? 1 : 0);
  if (text.stars.size() != outside) {
    return Expression::Match(column, TextMatch::kPattern, PatternOf(text),
                             ignore_case);
  }
  const size_t size = whole.size() - outside;
  if (outside == 2) return match(TextMatch::kContains, 1, size);
  return begins ? match(TextMatch::kEndsWith, 1, size)
                : match(TextMatch::kStartsWith, 0, size);
}

Comparison ComparisonOf(FilterOperator op) {
  switch (op) {
    case FilterOperator::kNotEqual:
      return Comparison::kNotEqual;
    case FilterOperator::kLess:
      return Comparison::kLess;
    case FilterOperator::kLessOrEqual:
      return Comparison::kLessOrEqual;
    case FilterOperator::kGreater:
      return Comparison::kGreater;
    case FilterOperator::kGreaterOrEqual:
      return Comparison::kGreaterOrEqual;
    case FilterOperator::kEqual:
    case FilterOperator::kHas:
      break;
  }
  return Comparison::kEqual;
}

class Checker {
 public:
  Checker(const FilterTarget& target, TextFault* fault)
      : target_(target), fault_(fault) {}

  Rows Of(const FilterNode& node) {
    switch (node.kind) {
      case Kind::kAnd:
      case Kind::kOr:
      case Kind::kNot:
        return Joined(node,
                      [this](const FilterNode& part) { return Of(part); });
      case Kind::kCompare:
        return Compared(node);
      case Kind::kWord:
        break;
    }
    return Word(node.value);
  }

 private:
  // What a node of others makes of theirs.
  template <class OfPart>
  Rows Joined(const FilterNode& node, OfPart of_part) {
    if (node.kind == Kind::kNot) {
      Rows rows = of_part(node.parts[0]);
      if (rows.has_value()) rows = Expression::IsNotTrue(*std::move(rows));
      return rows;
    }
    const bool all = node.kind == Kind::kAnd;
    Expression joined = all ? Expression::True() : Expression::False();
    for (const FilterNode& part : node.parts) {
      const Rows rows = of_part(part);
      if (!rows.has_value()) return std::nullopt;
      joined = all ? joined && *rows : joined || *rows;
    }
    return joined;
  }

  // A word alone.
  Rows Word(const FilterText& word) {
    const Table& table = target_.table;
    if (!HasSearchable(table)) {
      return Fail(
          word.at,
          absl::StrCat(table.message, " has no searchable field to find ",
                       Quoted(word.text),
                       " in; compare a field, as in field = value."));
    }
    if (!word.quoted && FindColumn(table, word.text) >= 0) {
      return Fail(word.at, absl::StrCat("Expected a comparison behind ",
                                        Quoted(word.text),
                                        ", like = value; put it in "
                                        "quotes to look for it as a word."));
    }
    return AnySearchable(
        table, [&word](const Expression& column) { return Has(column, word); });
  }

  // The texts in which the word is, whatever its case; with stars in it, the
  // texts that are like it.
  static Expression Has(const Expression& column, const FilterText& word) {
    return word.stars.empty()
               ? Expression::Match(column, TextMatch::kContains, word.text,
                                   /*ignore_case=*/true)
               : IsLike(column, word, /*ignore_case=*/true);
  }

  Rows Compared(const FilterNode& node) {
    const FilterText& name = node.path[0];
    const int position = FindColumn(target_.table, name.text);
    if (position < 0) {
      return Fail(name.at, NoSuchField(target_.table, name.text));
    }
    const auto index = static_cast<size_t>(position);
    const Column& column = target_.table.columns[index];
    if (!column.filterable || !IsReadByAll(column)) {
      return Fail(name.at,
                  absl::StrCat(Quoted(name.text), " cannot be filtered by."));
    }
    if (node.path.size() > 1) {
      return Fail(node.path[1].at,
                  absl::StrCat("What is inside of ", Quoted(name.text),
                               " cannot be filtered by."));
    }
    column_ = &column;
    position_ = position;
    field_ = target_.fields[index];
    operand_ = Expression::Column(target_.table, position);
    op_ = node.op;
    at_ = name.at;
    if (node.parts.empty()) return OfValue(node.value);
    if (op_ == FilterOperator::kNotEqual && node.parts[0].kind == Kind::kOr) {
      // Every value differs from one of two.
      return Fail(name.at, absl::StrCat("\"!=\" takes no list; NOT ", name.text,
                                        " = (...) finds what is none of it."));
    }
    return OfValues(node.parts[0]);
  }

  // Of a comparison with several values.
  Rows OfValues(const FilterNode& node) {
    if (node.kind == Kind::kWord) return OfValue(node.value);
    return Joined(node,
                  [this](const FilterNode& part) { return OfValues(part); });
  }

  Rows OfValue(const FilterText& value) {
    const bool equal =
        op_ == FilterOperator::kEqual || op_ == FilterOperator::kNotEqual;
    if (op_ == FilterOperator::kHas && !value.quoted && IsAny(value)) {
      return Present();
    }
    if (!IsPlain(*column_) || column_->type == FieldType::kBytes) {
      return Fail(at_, absl::StrCat(Quoted(column_->field),
                                    " holds no single value to compare; ",
                                    Quoted(absl::StrCat(column_->field, ":*")),
                                    " asks whether it is there."));
    }
    if (!equal && op_ != FilterOperator::kHas &&
        (column_->type == FieldType::kBool ||
         column_->type == FieldType::kEnum)) {
      return Fail(at_, absl::StrCat(Quoted(column_->field),
                                    " has no order; compare it with = or !=."));
    }
    if (equal && column_->nullable && !value.quoted && value.text == "null") {
      return Negated(Expression::IsNull(operand_));
    }
    const bool is_text = IsPlain(*column_) &&
                         column_->storage == Storage::kNative &&
                         HoldsText(*column_) && LiesAsItIs();
    if (is_text && op_ == FilterOperator::kHas) return Has(operand_, value);
    if (is_text && equal && !value.stars.empty()) {
      return Negated(IsLike(operand_, value, /*ignore_case=*/false));
    }
    std::string expected;
    std::optional<Literal> literal =
        ReadFilterValue(*column_, *field_, value.text, &expected);
    if (!literal.has_value()) {
      return Fail(value.at, absl::StrCat("Expected ", expected, ", not ",
                                         Quoted(value.text), "."));
    }
    Literal stored = Stored(literal->value());
    if (stored.value().kind() == Value::Kind::kInvalid) {
      if (column_->format != Format::kDecimal) {
        return Fail(value.at, std::string(stored.value().text()));
      }
      // Of more digits than the column has: a number all the same.
      stored = *std::move(literal);
    }
    if (equal) {
      return Negated(Expression::Compare(operand_, Comparison::kEqual, stored));
    }
    return Expression::Compare(operand_, ComparisonOf(op_), stored);
  }

  // What is equal, or, for `!=`, everything else.
  Expression Negated(Expression equal) const {
    if (op_ != FilterOperator::kNotEqual) return equal;
    return column_->nullable ? Expression::IsNotTrue(std::move(equal)) : !equal;
  }

  // Rows where the field is set: a field without presence is not where it is
  // zero.
  Rows Present() {
    const Expression is_there = !Expression::IsNull(operand_);
    if (column_->presence || column_->wrapper) return is_there;
    const auto is_not = [&](Value zero) {
      const Literal stored = Stored(zero);
      // What its column cannot hold it never is.
      if (stored.value().kind() == Value::Kind::kInvalid) return is_there;
      return !Expression::Compare(operand_, Comparison::kEqual, stored);
    };
    if (!IsPlain(*column_)) {
      return Fail(at_, absl::StrCat("Whether ", Quoted(column_->field),
                                    " is empty cannot be filtered by."));
    }
    switch (column_->type) {
      case FieldType::kString:
        if (column_->nullable) return is_there;  // "" is NULL
        return is_not(Value::Text(""));
      case FieldType::kBytes:
        return is_not(Value::Blob(""));
      case FieldType::kFloat:
      case FieldType::kDouble:
        return is_not(Value::Real(0));
      case FieldType::kTimestamp:
      case FieldType::kDuration:
      case FieldType::kMessage:
        return is_there;
      case FieldType::kEnum:
        if (column_->storage == Storage::kName) {
          TextArena arena;
          return is_not(ToEnumName(field_->enum_type(), 0, arena));
        }
        return is_not(Value::Integer(0));
      default:
        return is_not(Value::Integer(0));
    }
  }

  // As the column of the comparison has it.
  Literal Stored(Value value) const {
    TextArena arena;
    return Literal(StoredIn(target_.forms, position_, value, arena));
  }
  bool LiesAsItIs() const {
    return target_.forms.empty() ||
           target_.forms[static_cast<size_t>(position_)].is_plain();
  }

  Rows Fail(size_t at, std::string fault) {
    *fault_ = {at, std::move(fault)};
    return std::nullopt;
  }

  const FilterTarget& target_;
  TextFault* const fault_;
  // Of the comparison at hand.
  const Column* column_ = nullptr;
  int position_ = 0;
  const google::protobuf::FieldDescriptor* field_ = nullptr;
  Expression operand_;
  FilterOperator op_ = FilterOperator::kEqual;
  size_t at_ = 0;
};

}  // namespace

std::optional<Expression> FilterCondition(const FilterNode& filter,
                                          const FilterTarget& target,
                                          TextFault* fault) {
  return Checker(target, fault).Of(filter);
}

}  // namespace modelservice
