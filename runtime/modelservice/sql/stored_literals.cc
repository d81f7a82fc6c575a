#include "modelservice/sql/stored_literals.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/sql/between_times.h"
#include "modelservice/sql/expression_faults.h"
#include "modelservice/sql/number_kind.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

bool IsInvalid(const Literal& literal) {
  return literal.value().kind() == Value::Kind::kInvalid;
}

Literal Stored(const ColumnForm& form, const Literal& literal) {
  TextArena arena;
  return Literal(form.Stored(literal.value(), arena));
}

// Whether a decimal may be compared with it.
bool IsNumber(const Literal& literal) {
  Decimal decimal;
  return literal.value().kind() != Value::Kind::kText ||
         Decimal::Parse(literal.value().text(), &decimal);
}

class Rewriter {
 public:
  explicit Rewriter(absl::Span<const TableForms> tables) : tables_(tables) {}

  Expression operator()(const Expression& e) const {
    if (const auto* const node = e.As<Expression::CompareNode>()) {
      return Compare(*node);
    }
    if (const auto* const node = e.As<Expression::InNode>()) {
      return In(*node);
    }
    if (const auto* const node = e.As<Expression::MatchNode>()) {
      const ColumnForm* const form = FormOf(node->operand, tables_);
      const bool as_text = form != nullptr && !form->is_plain();
      return Expression::Match(
          as_text ? Expression::Cast(node->operand, CastType::kText)
                  : (*this)(node->operand),
          node->match, node->text, node->ignore_case);
    }
    if (const auto* const node = e.As<Expression::JsonNode>()) {
      const ColumnForm* const form = FormOf(node->operand, tables_);
      if (form == nullptr || !form->is_json_text()) return e;
      return Expression::Json(Expression::Cast(node->operand, CastType::kText),
                              node->path, node->kind);
    }
    if (const auto* const node = e.As<Expression::IsNullNode>()) {
      return Expression::IsNull((*this)(node->operand));
    }
    if (const auto* const node = e.As<Expression::AndNode>()) {
      Expression all;
      for (const Expression& part : node->parts) all = all && (*this)(part);
      return all;
    }
    if (const auto* const node = e.As<Expression::OrNode>()) {
      Expression any = Expression::False();
      for (const Expression& part : node->parts) any = any || (*this)(part);
      return any;
    }
    if (const auto* const node = e.As<Expression::NotNode>()) {
      return !(*this)(node->operand);
    }
    if (const auto* const node = e.As<Expression::IsNotTrueNode>()) {
      return Expression::IsNotTrue((*this)(node->operand));
    }
    if (const auto* const node = e.As<Expression::CaseNode>()) {
      std::vector<std::pair<Expression, Expression>> whens;
      for (const auto& [condition, value] : node->whens) {
        whens.emplace_back((*this)(condition), value);
      }
      return Expression::Case(std::move(whens), node->otherwise);
    }
    if (const auto* const node = e.As<Expression::ExistsNode>()) {
      return Expression::Exists(Inside(*node->select));
    }
    if (const auto* const node = e.As<Expression::SubselectNode>()) {
      return Expression::Subselect(Inside(*node->select));
    }
    return e;
  }

 private:
  Select Inside(const Select& select) const {
    Select stored = select;
    stored.where = (*this)(select.where);
    return stored;
  }
  Expression Compare(const Expression::CompareNode& node) const {
    Expression left = (*this)(node.left);
    Expression right = (*this)(node.right);
    for (auto [column, other] :
         {std::pair(&left, &right), std::pair(&right, &left)}) {
      const ColumnForm* const form = FormOf(*column, tables_);
      const auto* const literal = other->As<Expression::LiteralNode>();
      if (literal == nullptr) continue;
      const bool is_number = IsDecimal(*column) && IsNumber(literal->literal);
      if (form == nullptr || form->is_plain()) {
        if (is_number || !IsDecimal(*column)) continue;
        return CompareWithNone(*column, node.comparison,
                               Literal(Value::Invalid(kNoNumber)));
      }
      if (const auto below = form->Below(literal->literal.value())) {
        Literal stored = Stored(*form, Literal(*below));
        if (!IsInvalid(stored)) {
          return CompareBehind(
              *column,
              column == &left ? node.comparison : Mirrored(node.comparison),
              std::move(stored));
        }
      }
      Literal stored = Stored(*form, literal->literal);
      if (IsInvalid(stored)) {
        // Of more digits than the column has: a number all the same.
        if (is_number) break;
        return CompareWithNone(*column, node.comparison, std::move(stored));
      }
      *other = Expression(std::move(stored));
      break;
    }
    return Expression::Compare(std::move(left), node.comparison,
                               std::move(right));
  }

  // With what no row has; ordered with it, that is an error.
  static Expression CompareWithNone(const Expression& column,
                                    Comparison comparison, Literal invalid) {
    if (comparison == Comparison::kEqual) return Expression::False();
    if (comparison == Comparison::kNotEqual) return !Expression::IsNull(column);
    return Expression::Compare(column, comparison, std::move(invalid));
  }

  Expression In(const Expression::InNode& node) const {
    const ColumnForm* const form = FormOf(node.operand, tables_);
    const bool is_decimal = IsDecimal(node.operand);
    if (form == nullptr || form->is_plain()) {
      std::vector<Literal> values;
      absl::c_copy_if(
          node.values, std::back_inserter(values),
          [&](const Literal& value) { return !is_decimal || IsNumber(value); });
      return Expression::In((*this)(node.operand), std::move(values));
    }
    std::vector<Literal> values;
    for (const Literal& value : node.values) {
      if (form->Below(value.value()).has_value()) continue;
      Literal stored = Stored(*form, value);
      if (!IsInvalid(stored)) {
        values.push_back(std::move(stored));
      } else if (is_decimal && IsNumber(value)) {
        values.push_back(value);
      }
    }
    return Expression::In(node.operand, std::move(values));
  }

  const absl::Span<const TableForms> tables_;
};

}  // namespace

const Column* ColumnWithValuesOf(const Expression& e) {
  const auto* const aggregate = e.As<Expression::AggregateNode>();
  if (aggregate != nullptr) {
    return aggregate->function == AggregateFunction::kMin ||
                   aggregate->function == AggregateFunction::kMax
               ? ColumnWithValuesOf(aggregate->operand)
               : nullptr;
  }
  const auto* const one = e.As<Expression::SubselectNode>();
  if (one != nullptr && one->select->columns.size() == 1) {
    return ColumnWithValuesOf(one->select->columns.front());
  }
  const auto* const column = e.As<Expression::ColumnNode>();
  return column == nullptr ? nullptr : column->described;
}

const ColumnForm* FormOf(const Expression& e,
                         absl::Span<const TableForms> tables) {
  const Column* const column = ColumnWithValuesOf(e);
  if (column == nullptr) return nullptr;
  for (const TableForms& of : tables) {
    for (size_t i = 0; i < of.forms.size(); ++i) {
      if (&of.table->columns[i] == column) return &of.forms[i];
    }
  }
  return nullptr;
}

Expression WithStored(const Expression& condition,
                      absl::Span<const TableForms> tables) {
  const bool plain =
      std::all_of(tables.begin(), tables.end(), [](const TableForms& of) {
        return std::all_of(of.forms.begin(), of.forms.end(),
                           [](const ColumnForm& form) {
                             return form.is_plain() && !form.is_json_text();
                           });
      });
  return plain ? condition : Rewriter(tables)(condition);
}

Expression WithStored(const Expression& condition, const Table& table,
                      absl::Span<const ColumnForm> forms) {
  return WithStored(condition, {{&table, forms}});
}

Expression StoredValue(const Expression& value, int column,
                       absl::Span<const ColumnForm> forms) {
  const ColumnForm form =
      forms.empty() ? ColumnForm() : forms[static_cast<size_t>(column)];
  if (const auto* const literal = value.As<Expression::LiteralNode>()) {
    TextArena arena;
    return Expression(Literal(form.Written(literal->literal.value(), arena)));
  }
  std::string fault = RowFault(value);
  if (fault.empty()) fault = TypeFault(value, {});
  if (fault.empty() && form.is_decimal()) fault = DecimalFault(value, {});
  if (!fault.empty()) return Expression(Literal(Value::Invalid(fault)));
  return form.Fitted(value);
}

}  // namespace modelservice
