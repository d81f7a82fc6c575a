// What an expression consists of.
#ifndef MODELSERVICE_SQL_PARTS_H_
#define MODELSERVICE_SQL_PARTS_H_

#include <utility>

#include "modelservice/sql/expression.h"
#include "modelservice/sql/select.h"

namespace modelservice {

// Calls `each` with every expression of a SELECT, but for those of one that it
// reads from.
template <class Each>
void ForEachExpression(const Select& select, const Each& each) {
  for (const Expression& e : select.columns) each(e);
  if (select.from_json != nullptr) each(select.from_json->operand);
  for (const Join& join : select.joins) each(join.on);
  each(select.where);
  for (const Expression& e : select.group) each(e);
  each(select.having);
  for (const OrderBy& part : select.order) each(part.by);
}

// Calls `each` with every direct part of a node and how much deeper in
// statements it is: 0, 1 inside of a SELECT, -1 of the statement around.
template <class Each>
class Parts {
 public:
  explicit Parts(const Each& each) : each_(each) {}

  void operator()(const Expression::CompareNode& node) const {
    each_(node.left, 0);
    each_(node.right, 0);
  }
  void operator()(const Expression::ArithmeticNode& node) const {
    each_(node.left, 0);
    each_(node.right, 0);
  }
  void operator()(const Expression::AndNode& node) const { List(node.parts); }
  void operator()(const Expression::OrNode& node) const { List(node.parts); }
  void operator()(const Expression::InNode& node) const { Operand(node); }
  void operator()(const Expression::IsNullNode& node) const { Operand(node); }
  void operator()(const Expression::NotNode& node) const { Operand(node); }
  void operator()(const Expression::IsNotTrueNode& node) const {
    Operand(node);
  }
  void operator()(const Expression::MatchNode& node) const { Operand(node); }
  void operator()(const Expression::DatePartNode& node) const { Operand(node); }
  void operator()(const Expression::CastNode& node) const { Operand(node); }
  void operator()(const Expression::FittedNode& node) const { Operand(node); }
  void operator()(const Expression::JsonNode& node) const { Operand(node); }
  void operator()(const Expression::AggregateNode& node) const {
    Operand(node);
  }
  void operator()(const Expression::CaseNode& node) const {
    for (const auto& [condition, value] : node.whens) {
      each_(condition, 0);
      each_(value, 0);
    }
    each_(node.otherwise, 0);
  }
  void operator()(const Expression::OuterNode& node) const {
    each_(node.operand, -1);
  }
  void operator()(const Expression::ExistsNode& node) const {
    Inside(*node.select);
  }
  void operator()(const Expression::SubselectNode& node) const {
    Inside(*node.select);
  }
  void operator()(const Expression::TrueNode&) const {}
  void operator()(const Expression::FalseNode&) const {}
  void operator()(const Expression::ParameterNode&) const {}
  void operator()(const Expression::ColumnNode&) const {}
  void operator()(const Expression::LiteralNode&) const {}

 private:
  void List(const std::vector<Expression>& parts) const {
    for (const Expression& part : parts) each_(part, 0);
  }
  template <class Node>
  void Operand(const Node& node) const {
    each_(node.operand, 0);
  }
  void Inside(const Select& select) const {
    ForEachExpression(select, [this](const Expression& e) { each_(e, 1); });
  }

  const Each& each_;
};
template <class Each>
void ForEachPart(const Expression& e, const Each& each) {
  e.Visit(Parts<Each>(each));
}

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_PARTS_H_
