#include "modelservice/sql/expression.h"

namespace modelservice {

Expression Expression::Compare(int column, Comparison comparison,
                               Literal literal) {
  Node node{Kind::kCompare, column, comparison, {}, {}};
  node.literals.push_back(std::move(literal));
  return Expression(std::move(node));
}

Expression Expression::In(int column, std::vector<Literal> literals) {
  return Expression(
      Node{Kind::kIn, column, Comparison::kEqual, std::move(literals), {}});
}

Expression Expression::IsNull(int column) {
  return Expression(Node{Kind::kIsNull, column, Comparison::kEqual, {}, {}});
}

Expression operator&&(const Expression& a, const Expression& b) {
  if (a.kind() == Expression::Kind::kTrue) return b;
  if (b.kind() == Expression::Kind::kTrue) return a;
  return Expression(Expression::Node{
      Expression::Kind::kAnd, -1, Comparison::kEqual, {}, {a, b}});
}

Expression operator||(const Expression& a, const Expression& b) {
  if (a.kind() == Expression::Kind::kTrue) return a;
  if (b.kind() == Expression::Kind::kTrue) return b;
  return Expression(Expression::Node{
      Expression::Kind::kOr, -1, Comparison::kEqual, {}, {a, b}});
}

Expression operator!(const Expression& a) {
  return Expression(Expression::Node{
      Expression::Kind::kNot, -1, Comparison::kEqual, {}, {a}});
}

}  // namespace modelservice
