#include "modelservice/sql/expression.h"

#include <algorithm>

#include "modelservice/schema/utf8.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/way.h"

namespace modelservice {
namespace {

bool IsNullLiteral(const Expression& e) {
  const auto* const literal = e.As<Expression::LiteralNode>();
  return literal != nullptr && literal->literal.value().is_null();
}

// The parts of an AND or an OR, so that one inside of another is none.
template <class Kind>
void AppendParts(const Expression& e, std::vector<Expression>* parts) {
  if (const auto* const node = e.As<Kind>()) {
    parts->insert(parts->end(), node->parts.begin(), node->parts.end());
  } else {
    parts->push_back(e);
  }
}

template <class Kind>
Kind Joined(const Expression& a, const Expression& b) {
  Kind node;
  AppendParts<Kind>(a, &node.parts);
  AppendParts<Kind>(b, &node.parts);
  return node;
}

// Whether two nodes of one type are the same.
struct Same {
  bool operator()(const Expression::FalseNode&,
                  const Expression::FalseNode&) const {
    return true;
  }
  bool operator()(const Expression::ParameterNode&,
                  const Expression::ParameterNode&) const {
    return true;
  }
  bool operator()(const Expression::ColumnNode& a,
                  const Expression::ColumnNode& b) const {
    return a.described == b.described && a.own_name == b.own_name &&
           a.alias == b.alias && SameWay(a.way.get(), b.way.get());
  }
  bool operator()(const Expression::LiteralNode& a,
                  const Expression::LiteralNode& b) const {
    return a.literal == b.literal;
  }
  bool operator()(const Expression::CompareNode& a,
                  const Expression::CompareNode& b) const {
    return a.comparison == b.comparison && a.left == b.left &&
           a.right == b.right;
  }
  bool operator()(const Expression::InNode& a,
                  const Expression::InNode& b) const {
    return a.operand == b.operand && a.values == b.values;
  }
  bool operator()(const Expression::IsNullNode& a,
                  const Expression::IsNullNode& b) const {
    return a.operand == b.operand;
  }
  bool operator()(const Expression::AndNode& a,
                  const Expression::AndNode& b) const {
    return a.parts == b.parts;
  }
  bool operator()(const Expression::OrNode& a,
                  const Expression::OrNode& b) const {
    return a.parts == b.parts;
  }
  bool operator()(const Expression::NotNode& a,
                  const Expression::NotNode& b) const {
    return a.operand == b.operand;
  }
  bool operator()(const Expression::IsNotTrueNode& a,
                  const Expression::IsNotTrueNode& b) const {
    return a.operand == b.operand;
  }
  bool operator()(const Expression::ArithmeticNode& a,
                  const Expression::ArithmeticNode& b) const {
    return a.arithmetic == b.arithmetic && a.left == b.left &&
           a.right == b.right;
  }
  bool operator()(const Expression::MatchNode& a,
                  const Expression::MatchNode& b) const {
    return a.match == b.match && a.ignore_case == b.ignore_case &&
           a.text == b.text && a.operand == b.operand;
  }
  bool operator()(const Expression::DatePartNode& a,
                  const Expression::DatePartNode& b) const {
    return a.part == b.part && a.operand == b.operand;
  }
  bool operator()(const Expression::CastNode& a,
                  const Expression::CastNode& b) const {
    return a.type == b.type && a.operand == b.operand;
  }
  bool operator()(const Expression::FittedNode& a,
                  const Expression::FittedNode& b) const {
    return a.max_digits == b.max_digits &&
           a.decimal_places == b.decimal_places && a.operand == b.operand;
  }
  bool operator()(const Expression::JsonNode& a,
                  const Expression::JsonNode& b) const {
    return a.kind == b.kind && a.path == b.path && a.operand == b.operand;
  }
  bool operator()(const Expression::AggregateNode& a,
                  const Expression::AggregateNode& b) const {
    return a.function == b.function && a.distinct == b.distinct &&
           a.operand == b.operand;
  }
  bool operator()(const Expression::CaseNode& a,
                  const Expression::CaseNode& b) const {
    return a.whens == b.whens && a.otherwise == b.otherwise;
  }
  bool operator()(const Expression::ExistsNode& a,
                  const Expression::ExistsNode& b) const {
    return a.select == b.select || *a.select == *b.select;
  }
  bool operator()(const Expression::SubselectNode& a,
                  const Expression::SubselectNode& b) const {
    return a.select == b.select || *a.select == *b.select;
  }
  bool operator()(const Expression::OuterNode& a,
                  const Expression::OuterNode& b) const {
    return a.operand == b.operand;
  }
  template <class A, class B>
  bool operator()(const A&, const B&) const {
    return false;
  }
};

// Whether a node is never NULL.
struct NeverNull {
  static bool All(const std::vector<Expression>& parts) {
    return std::all_of(parts.begin(), parts.end(), [](const Expression& part) {
      return part.is_never_null();
    });
  }
  bool operator()(const Expression::TrueNode&) const { return true; }
  bool operator()(const Expression::FalseNode&) const { return true; }
  bool operator()(const Expression::IsNullNode&) const { return true; }
  bool operator()(const Expression::IsNotTrueNode&) const { return true; }
  bool operator()(const Expression::ExistsNode&) const { return true; }
  bool operator()(const Expression::ColumnNode& node) const {
    return node.described != nullptr && !node.described->nullable &&
           node.alias.empty() && (node.way == nullptr || node.way->always);
  }
  bool operator()(const Expression::LiteralNode& node) const {
    return !node.literal.value().is_null();
  }
  bool operator()(const Expression::CompareNode& node) const {
    return node.left.is_never_null() && node.right.is_never_null();
  }
  bool operator()(const Expression::InNode& node) const {
    return node.operand.is_never_null();
  }
  bool operator()(const Expression::MatchNode& node) const {
    return node.operand.is_never_null();
  }
  bool operator()(const Expression::NotNode& node) const {
    return node.operand.is_never_null();
  }
  bool operator()(const Expression::OuterNode& node) const {
    return node.operand.is_never_null();
  }
  bool operator()(const Expression::AndNode& node) const {
    return All(node.parts);
  }
  bool operator()(const Expression::OrNode& node) const {
    return All(node.parts);
  }
  template <class Node>
  bool operator()(const Node&) const {
    return false;
  }
};

}  // namespace

bool Expression::is_never_null() const { return Visit(NeverNull()); }

template <class Kind>
Expression Expression::Make(Kind kind) {
  Expression e;
  e.node_ = std::make_shared<const Node>(Node{std::move(kind)});
  return e;
}

Expression::Expression(Literal literal)
    : Expression(Make(LiteralNode{std::move(literal)})) {}

Expression Expression::False() {
  static const auto* const none = new Expression(Make(FalseNode()));
  return *none;
}

Expression Expression::Parameter() {
  static const auto* const parameter = new Expression(Make(ParameterNode()));
  return *parameter;
}

Expression Expression::Column(const Table& table, int column,
                              absl::string_view alias) {
  return Make(ColumnNode{
      &table.columns[static_cast<size_t>(column)], {}, std::string(alias), {}});
}

Expression Expression::Through(std::shared_ptr<const Way> way, int column) {
  const auto& described = way->to->columns[static_cast<size_t>(column)];
  return Make(ColumnNode{&described, {}, {}, std::move(way)});
}

Expression Expression::Named(absl::string_view column,
                             absl::string_view alias) {
  return Make(ColumnNode{nullptr, std::string(column), std::string(alias), {}});
}

Expression Expression::Compare(Expression a, Comparison comparison,
                               Expression b) {
  if (IsNullLiteral(a) || IsNullLiteral(b)) {
    Expression is_null = IsNull(IsNullLiteral(b) ? std::move(a) : std::move(b));
    if (comparison == Comparison::kEqual) return is_null;
    return comparison == Comparison::kNotEqual ? !is_null : False();
  }
  return Make(CompareNode{std::move(a), comparison, std::move(b)});
}

Expression Expression::In(Expression operand, std::vector<Literal> values) {
  values.erase(std::remove_if(values.begin(), values.end(),
                              [](const Literal& value) {
                                return value.value().is_null();
                              }),
               values.end());
  if (values.empty()) return False();
  return Make(InNode{std::move(operand), std::move(values)});
}

Expression Expression::IsNull(Expression operand) {
  if (const auto* const literal = operand.As<LiteralNode>()) {
    return literal->literal.value().is_null() ? True() : False();
  }
  return Make(IsNullNode{std::move(operand)});
}

Expression Expression::IsNotTrue(Expression condition) {
  if (condition.is_true()) return False();
  if (condition.is_false()) return True();
  // These are never unknown.
  if (condition.As<IsNullNode>() != nullptr ||
      condition.As<ExistsNode>() != nullptr ||
      condition.As<IsNotTrueNode>() != nullptr) {
    return !condition;
  }
  return Make(IsNotTrueNode{std::move(condition)});
}

Expression Expression::Compute(Expression a, Arithmetic arithmetic,
                               Expression b) {
  return Make(ArithmeticNode{std::move(a), arithmetic, std::move(b)});
}

Expression Expression::Match(Expression operand, TextMatch match,
                             std::string text, bool ignore_case) {
  // No column holds one; PostgreSQL refuses it, and to SQLite a pattern ends
  // there.
  if (match != TextMatch::kRegex && HasNul(text)) return False();
  return Make(
      MatchNode{std::move(operand), match, std::move(text), ignore_case});
}

Expression Expression::PartOf(Expression time, DatePart part) {
  return Make(DatePartNode{part, std::move(time)});
}

Expression Expression::Cast(Expression operand, CastType type) {
  return Make(CastNode{type, std::move(operand)});
}

Expression Expression::Fitted(Expression decimal, int max_digits,
                              int decimal_places) {
  return Make(FittedNode{std::move(decimal), max_digits, decimal_places});
}

Expression Expression::Json(Expression operand, std::vector<JsonStep> path,
                            JsonKind kind) {
  return Make(JsonNode{std::move(operand), std::move(path), kind});
}

Expression Expression::Aggregate(AggregateFunction function, Expression operand,
                                 bool distinct) {
  return Make(AggregateNode{function, std::move(operand), distinct});
}

Expression Expression::CountRows() {
  return Aggregate(AggregateFunction::kCount, True());
}

Expression Expression::Case(
    std::vector<std::pair<Expression, Expression>> whens,
    Expression otherwise) {
  std::vector<std::pair<Expression, Expression>> possible;
  for (auto& when : whens) {
    if (when.first.is_false()) continue;
    if (when.first.is_true()) {
      otherwise = std::move(when.second);
      break;
    }
    possible.push_back(std::move(when));
  }
  if (possible.empty()) return otherwise;
  return Make(CaseNode{std::move(possible), std::move(otherwise)});
}

Expression Expression::Exists(Select select) {
  return Make(ExistsNode{std::make_shared<const Select>(std::move(select))});
}

Expression Expression::Subselect(Select select) {
  return Make(SubselectNode{std::make_shared<const Select>(std::move(select))});
}

Expression Expression::Outer(Expression operand) {
  return Make(OuterNode{std::move(operand)});
}

Expression operator&&(const Expression& a, const Expression& b) {
  if (a.is_true() || b.is_false()) return b;
  if (b.is_true() || a.is_false()) return a;
  return Expression::Make(Joined<Expression::AndNode>(a, b));
}

Expression operator||(const Expression& a, const Expression& b) {
  if (a.is_false() || b.is_true()) return b;
  if (b.is_false() || a.is_true()) return a;
  return Expression::Make(Joined<Expression::OrNode>(a, b));
}

Expression operator!(const Expression& a) {
  if (a.is_true()) return Expression::False();
  if (a.is_false()) return Expression::True();
  if (const auto* const inner = a.As<Expression::NotNode>()) {
    return inner->operand;
  }
  return Expression::Make(Expression::NotNode{a});
}

bool operator==(const Expression& a, const Expression& b) {
  if (a.node_ == b.node_) return true;
  if (a.node_ == nullptr || b.node_ == nullptr) return false;
  return std::visit(Same(), a.node_->kind, b.node_->kind);
}

}  // namespace modelservice
