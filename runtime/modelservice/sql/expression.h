// What a database computes for a row: conditions, and values.
//
//   const Expression age = Expression::Column(kCustomerTable, 2);
//   const Expression adult = Expression::Compare(
//       age, Comparison::kGreaterOrEqual, Literal(Value::Integer(18)));
//   const Expression either = adult || Expression::IsNull(age);
//
// A tree of typed nodes. What needs no row to be known is folded when it is
// made: `x AND true` is x, a list without elements has nothing in it, and what
// is compared with NULL is IS NULL. So what no row meets by its form
// is_false(), and what all do is_true(). Immutable and cheap to copy: parts are
// shared. Safe to use from any thread. The tables that are named outlive it.
#ifndef MODELSERVICE_SQL_EXPRESSION_H_
#define MODELSERVICE_SQL_EXPRESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

struct Select;
struct Way;

enum class Comparison : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
};

enum class Arithmetic : uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,  // of integers: towards zero; by zero: NULL
  kConcatenate,
};

// How a text is looked for in another. Nothing in it has a meaning of its own,
// but for kRegex, which is in the database's syntax, and for kPattern, where
// `*` is any text, and what stands behind a backslash is itself.
enum class TextMatch : uint8_t {
  kIs,
  kContains,
  kStartsWith,
  kEndsWith,
  kRegex,
  kPattern,
};

enum class AggregateFunction : uint8_t { kCount, kSum, kAverage, kMin, kMax };

// A whole number of a time, in UTC.
enum class DatePart : uint8_t {
  kYear,
  kMonth,    // 1 to 12
  kDay,      // 1 to 31
  kWeekDay,  // 1 is Sunday, 7 Saturday: Django's week_day
  kHour,
  kMinute,
  kSecond,
};

enum class CastType : uint8_t { kReal, kText };

// What is asked of the value at a path in JSON. NULL where it is of another
// type, or none is there.
enum class JsonKind : uint8_t {
  kType,  // the type's name, of which only "null" is the same everywhere
  kNumber,
  kNumberInText,  // as ProtoJSON writes 64-bit integers
  kText,
  kBool,
  kTimestamp,  // as ProtoJSON writes them, to the database's own precision
  kDuration,   // the same, in microseconds
};

// One step of a path: into an object by key, or into a list by index.
struct JsonStep {
  std::string key;
  int64_t index = -1;  // 0 and up: into a list

  friend bool operator==(const JsonStep& a, const JsonStep& b) {
    return a.key == b.key && a.index == b.index;
  }
};

class Expression {
 public:
  // The nodes, below.
  struct TrueNode {};
  struct FalseNode {};
  struct ParameterNode {};
  struct ColumnNode;
  struct LiteralNode;
  struct CompareNode;
  struct InNode;
  struct IsNullNode;
  struct AndNode;
  struct OrNode;
  struct NotNode;
  struct IsNotTrueNode;
  struct ArithmeticNode;
  struct MatchNode;
  struct DatePartNode;
  struct CastNode;
  struct FittedNode;
  struct JsonNode;
  struct AggregateNode;
  struct CaseNode;
  struct ExistsNode;
  struct SubselectNode;
  struct OuterNode;

  // The condition that every row meets, and the one that none does.
  Expression() = default;
  static Expression True() { return Expression(); }
  static Expression False();

  // NOLINTNEXTLINE(google-explicit-constructor): it is one.
  Expression(Literal literal);
  // The statement's next parameter, whose value comes when it is run.
  static Expression Parameter();
  // `column` is a position in table.columns. `alias` is the table's in the
  // statement; empty: the table itself.
  static Expression Column(const Table& table, int column,
                           absl::string_view alias = {});
  // A column of the table at the end of a way (way.h): NULL where none is
  // there.
  static Expression Through(std::shared_ptr<const Way> way, int column);
  // A column of a table that is not described.
  static Expression Named(absl::string_view column,
                          absl::string_view alias = {});

  // Comparing with a literal NULL means IS NULL (kEqual) or IS NOT NULL
  // (kNotEqual); any order with it is false.
  static Expression Compare(Expression a, Comparison comparison, Expression b);
  // Equal to one of `values`, of which NULL is none; false when there is none.
  static Expression In(Expression operand, std::vector<Literal> values);
  static Expression IsNull(Expression operand);
  // False or unknown: what a WHERE would not keep.
  static Expression IsNotTrue(Expression condition);
  static Expression Compute(Expression a, Arithmetic arithmetic, Expression b);
  static Expression Match(Expression operand, TextMatch match, std::string text,
                          bool ignore_case = false);
  static Expression PartOf(Expression time, DatePart part);
  static Expression Cast(Expression operand, CastType type);
  // The decimal number as a column of so many digits holds it: rounded to
  // `decimal_places`, half away from zero; an error where it has too many. -1
  // is any number of them.
  static Expression Fitted(Expression decimal, int max_digits,
                           int decimal_places);
  // What stands at `path` in `operand`, a column of JSON or an element of a
  // list in one (JsonElements). NULL where the column holds no JSON.
  static Expression Json(Expression operand, std::vector<JsonStep> path,
                         JsonKind kind);
  static Expression Aggregate(AggregateFunction function, Expression operand,
                              bool distinct = false);
  // COUNT(*).
  static Expression CountRows();
  // The value behind the first condition that holds, else `otherwise`.
  static Expression Case(std::vector<std::pair<Expression, Expression>> whens,
                         Expression otherwise);
  // Whether `select` has a row.
  static Expression Exists(Select select);
  // The only value of the only row of `select`; NULL without one.
  static Expression Subselect(Select select);
  // In a SELECT inside of another statement: what is of that one.
  static Expression Outer(Expression operand);

  friend Expression operator&&(const Expression& a, const Expression& b);
  friend Expression operator||(const Expression& a, const Expression& b);
  friend Expression operator!(const Expression& a);

  bool is_true() const { return node_ == nullptr; }
  bool is_false() const { return As<FalseNode>() != nullptr; }
  // Whether it is never NULL, by what is known of its columns: those of the
  // table itself, not of a join's alias.
  bool is_never_null() const;

  // Calls `visitor` with the node.
  template <class Visitor>
  decltype(auto) Visit(Visitor&& visitor) const;
  // The node, if it is of this type, else null. Not for TrueNode.
  template <class Kind>
  const Kind* As() const;

  // Whether the two are the same tree.
  friend bool operator==(const Expression& a, const Expression& b);
  friend bool operator!=(const Expression& a, const Expression& b) {
    return !(a == b);
  }

 private:
  struct Node;
  template <class Kind>
  static Expression Make(Kind kind);

  std::shared_ptr<const Node> node_;  // null: true
};

struct Expression::ColumnNode {
  // Null for a column that is not described; then it has a name of its own.
  const ::modelservice::Column* described;
  std::string own_name;
  std::string alias;
  std::shared_ptr<const Way> way;  // null: of the statement's own table

  absl::string_view name() const {
    return described != nullptr ? described->name : own_name;
  }
};
struct Expression::LiteralNode {
  Literal literal;
};
struct Expression::CompareNode {
  Expression left;
  Comparison comparison;
  Expression right;
};
struct Expression::InNode {
  Expression operand;
  std::vector<Literal> values;  // one or more, without NULL
};
struct Expression::IsNullNode {
  Expression operand;
};
struct Expression::AndNode {
  std::vector<Expression> parts;  // two or more
};
struct Expression::OrNode {
  std::vector<Expression> parts;  // two or more
};
struct Expression::NotNode {
  Expression operand;
};
struct Expression::IsNotTrueNode {
  Expression operand;
};
struct Expression::ArithmeticNode {
  Expression left;
  Arithmetic arithmetic;
  Expression right;
};
struct Expression::MatchNode {
  Expression operand;
  TextMatch match;
  std::string text;
  bool ignore_case;
};
struct Expression::DatePartNode {
  DatePart part;
  Expression operand;
};
struct Expression::CastNode {
  CastType type;
  Expression operand;
};
struct Expression::FittedNode {
  Expression operand;
  int max_digits;  // not without decimal_places
  int decimal_places;
};
struct Expression::JsonNode {
  Expression operand;
  std::vector<JsonStep> path;  // none: the whole value
  JsonKind kind;
};
struct Expression::AggregateNode {
  AggregateFunction function;
  Expression operand;  // is_true(): of whole rows, `*`
  bool distinct;
};
struct Expression::CaseNode {
  std::vector<std::pair<Expression, Expression>> whens;  // one or more
  Expression otherwise;
};
struct Expression::ExistsNode {
  std::shared_ptr<const Select> select;
};
struct Expression::SubselectNode {
  std::shared_ptr<const Select> select;
};
struct Expression::OuterNode {
  Expression operand;
};

struct Expression::Node {
  std::variant<FalseNode, ParameterNode, ColumnNode, LiteralNode, CompareNode,
               InNode, IsNullNode, AndNode, OrNode, NotNode, IsNotTrueNode,
               ArithmeticNode, MatchNode, AggregateNode, CaseNode, ExistsNode,
               DatePartNode, CastNode, FittedNode, JsonNode, SubselectNode,
               OuterNode>
      kind;
};

template <class Visitor>
decltype(auto) Expression::Visit(Visitor&& visitor) const {
  if (node_ == nullptr) return visitor(TrueNode());
  return std::visit(std::forward<Visitor>(visitor), node_->kind);
}

template <class Kind>
const Kind* Expression::As() const {
  return node_ == nullptr ? nullptr : std::get_if<Kind>(&node_->kind);
}

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_EXPRESSION_H_
