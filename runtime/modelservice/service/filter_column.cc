#include "modelservice/service/filter_column.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/text_column.h"
#include "modelservice/service/filter_text.h"
#include "modelservice/service/filter_value.h"

namespace modelservice {
namespace {

using Rows = std::optional<Expression>;

class ColumnComparison {
 public:
  ColumnComparison(const FilterTarget& target, int position,
                   const FilterComparison& asked, TextFault* fault)
      : target_(target),
        position_(position),
        column_(target.table.columns[static_cast<size_t>(position)]),
        field_(*target.fields[static_cast<size_t>(position)]),
        operand_(Expression::Column(target.table, position)),
        asked_(asked),
        fault_(fault) {}

  Rows Of() {
    const FilterText& value = asked_.value;
    const bool equal = asked_.op == FilterOperator::kEqual ||
                       asked_.op == FilterOperator::kNotEqual;
    if (asked_.op == FilterOperator::kHas && IsStar(value)) {
      return Present();
    }
    if (field_.is_map()) {
      const absl::string_view map = column_.field;
      return Fail(asked_.at,
                  absl::StrCat(Quoted(map), " is a map; ", map,
                               ".key = value compares what a key has, and ",
                               map, ":key asks whether it is there."));
    }
    if (!IsPlainColumn(column_) || column_.type == FieldType::kBytes) {
      return Fail(asked_.at,
                  absl::StrCat(Quoted(column_.field),
                               " holds no single value to compare; ",
                               Quoted(absl::StrCat(column_.field, ":*")),
                               " asks whether it is there."));
    }
    if (!equal && asked_.op != FilterOperator::kHas &&
        (column_.type == FieldType::kBool ||
         column_.type == FieldType::kEnum)) {
      return Fail(asked_.at,
                  absl::StrCat(Quoted(column_.field),
                               " has no order; compare it with = or !=."));
    }
    if (equal && column_.nullable && IsNullWord(value)) {
      return Negated(Expression::IsNull(operand_));
    }
    const bool is_text = IsPlainColumn(column_) &&
                         column_.storage == Storage::kNative &&
                         HoldsText(column_) && LiesAsItIs();
    if (is_text && asked_.op == FilterOperator::kHas)
      return HasWord(operand_, value);
    if (is_text && equal && !value.stars.empty()) {
      return Negated(IsLike(operand_, value, /*ignore_case=*/false));
    }
    std::string expected;
    const std::optional<Literal> literal =
        ReadFilterValue(column_, field_, value.text, &expected);
    if (!literal.has_value()) {
      return Fail(value.at, NotExpected(expected, value));
    }
    TextArena arena;
    const Literal stored(
        ComparedIn(target_.forms, column_, position_, literal->value(), arena));
    if (stored.value().kind() == Value::Kind::kInvalid) {
      return Fail(value.at, std::string(stored.value().text()));
    }
    if (equal) {
      return Negated(Expression::Compare(operand_, Comparison::kEqual, stored));
    }
    return Expression::Compare(operand_, ComparisonOf(asked_.op), stored);
  }

 private:
  // What is equal, or, for `!=`, everything else.
  Expression Negated(Expression equal) const {
    if (asked_.op != FilterOperator::kNotEqual) return equal;
    return column_.nullable ? Expression::IsNotTrue(std::move(equal)) : !equal;
  }

  // Rows where the field is set: a field without presence is not where it is
  // zero.
  Rows Present() {
    const Expression is_there = !Expression::IsNull(operand_);
    if (column_.presence || column_.wrapper) return is_there;
    const auto is_not = [&](Value zero) {
      const Literal stored = Stored(zero);
      // What its column cannot hold it never is.
      if (stored.value().kind() == Value::Kind::kInvalid) return is_there;
      return !Expression::Compare(operand_, Comparison::kEqual, stored);
    };
    if (!IsPlainColumn(column_)) {
      return Fail(asked_.at, absl::StrCat("Whether ", Quoted(column_.field),
                                          " is empty cannot be filtered by."));
    }
    switch (column_.type) {
      case FieldType::kString:
        if (column_.nullable) return is_there;  // "" is NULL
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
        if (column_.storage == Storage::kName) {
          TextArena arena;
          return is_not(ToEnumName(field_.enum_type(), 0, arena));
        }
        return is_not(Value::Integer(0));
      default:
        return is_not(Value::Integer(0));
    }
  }

  // As the column has it.
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
  const int position_;
  const Column& column_;
  const google::protobuf::FieldDescriptor& field_;
  const Expression operand_;
  const FilterComparison& asked_;
  TextFault* const fault_;
};

}  // namespace

std::optional<Expression> CompareColumn(const FilterTarget& target, int column,
                                        const FilterComparison& asked,
                                        TextFault* fault) {
  return ColumnComparison(target, column, asked, fault).Of();
}

bool IsPlainColumn(const Column& column) {
  return column.storage == Storage::kNative || column.storage == Storage::kName;
}

}  // namespace modelservice
