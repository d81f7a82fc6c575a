#include "modelservice/sql/number_kind.h"

#include "modelservice/schema/field_range.h"
#include "modelservice/sql/parts.h"
#include "modelservice/sql/select.h"

namespace modelservice {
namespace {

NumberKind KindOf(const Column& column) {
  if (column.format == Format::kDecimal) return NumberKind::kDecimal;
  if (column.storage != Storage::kNative) return NumberKind::kNone;
  if (RangeOf(column.type).has_value()) return NumberKind::kWhole;
  const bool is_real =
      column.type == FieldType::kFloat || column.type == FieldType::kDouble;
  return is_real ? NumberKind::kReal : NumberKind::kNone;
}

// Of what is computed of both, or may be either.
NumberKind Together(NumberKind a, NumberKind b) {
  for (const NumberKind kind : {NumberKind::kDecimal, NumberKind::kReal}) {
    if (a == kind || b == kind) return kind;
  }
  return a == b ? a : NumberKind::kNone;
}

struct Kinds {
  NumberKind operator()(const Expression::ColumnNode& node) const {
    return node.described == nullptr ? NumberKind::kNone
                                     : KindOf(*node.described);
  }
  NumberKind operator()(const Expression::LiteralNode& node) const {
    switch (node.literal.value().kind()) {
      case Value::Kind::kInteger:
        return NumberKind::kWhole;
      case Value::Kind::kReal:
        return NumberKind::kReal;
      default:
        return NumberKind::kNone;
    }
  }
  NumberKind operator()(const Expression::ArithmeticNode& node) const {
    return NumberKindOf(node);
  }
  NumberKind operator()(const Expression::CastNode& node) const {
    return node.type == CastType::kReal ? NumberKind::kReal : NumberKind::kNone;
  }
  NumberKind operator()(const Expression::FittedNode&) const {
    return NumberKind::kDecimal;
  }
  NumberKind operator()(const Expression::SubselectNode& node) const {
    return node.select->columns.size() == 1
               ? NumberKindOf(node.select->columns.front())
               : NumberKind::kNone;
  }
  NumberKind operator()(const Expression::AggregateNode& node) const {
    switch (node.function) {
      case AggregateFunction::kCount:
        return NumberKind::kWhole;
      case AggregateFunction::kAverage:
        return IsDecimal(node.operand) ? NumberKind::kDecimal
                                       : NumberKind::kReal;
      default:
        return NumberKindOf(node.operand);
    }
  }
  NumberKind operator()(const Expression::CaseNode& node) const {
    NumberKind kind = NumberKindOf(node.otherwise);
    for (const auto& [condition, value] : node.whens) {
      kind = Together(kind, NumberKindOf(value));
    }
    return kind;
  }
  NumberKind operator()(const Expression::DatePartNode&) const {
    return NumberKind::kWhole;
  }
  template <class Node>
  NumberKind operator()(const Node&) const {
    return NumberKind::kNone;
  }
};

bool HasSum(const Expression& e) {
  const auto* const aggregate = e.As<Expression::AggregateNode>();
  if (aggregate != nullptr && aggregate->function == AggregateFunction::kSum) {
    return true;
  }
  bool has = false;
  ForEachPart(e,
              [&](const Expression& part, int) { has = has || HasSum(part); });
  return has;
}

}  // namespace

NumberKind NumberKindOf(const Expression& e) { return e.Visit(Kinds()); }

NumberKind NumberKindOf(const Expression::ArithmeticNode& node) {
  if (node.arithmetic == Arithmetic::kConcatenate) return NumberKind::kNone;
  return Together(NumberKindOf(node.left), NumberKindOf(node.right));
}

bool IsOfWholeSum(const Expression& e) {
  return NumberKindOf(e) == NumberKind::kWhole && HasSum(e);
}

}  // namespace modelservice
