// A condition over the columns of one table.
//
//   Expression adults = Expression::Compare(2, Comparison::kGreaterOrEqual,
//                                           Literal(int64_t{18}));
//   Expression either = adults || Expression::IsNull(2);
//
// Immutable and cheap to copy: parts are shared. Safe to use from any thread.
#ifndef MODELSERVICE_SQL_EXPRESSION_H_
#define MODELSERVICE_SQL_EXPRESSION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/value.h"

namespace modelservice {

enum class Comparison : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
};

// A Value that owns its text.
class Literal {
 public:
  Literal() = default;
  explicit Literal(Value value)
      : value_(value), text_(HasText(value) ? std::string(value.text()) : "") {}

  Value value() const {
    switch (value_.kind()) {
      case Value::Kind::kText:
        return Value::Text(text_);
      case Value::Kind::kBlob:
        return Value::Blob(text_);
      case Value::Kind::kInvalid:
        return Value::Invalid(text_);
      default:
        return value_;
    }
  }

 private:
  static bool HasText(Value value) {
    return value.kind() == Value::Kind::kText ||
           value.kind() == Value::Kind::kBlob ||
           value.kind() == Value::Kind::kInvalid;
  }

  Value value_;
  std::string text_;
};

class Expression {
 public:
  enum class Kind : uint8_t { kTrue, kCompare, kIn, kIsNull, kAnd, kOr, kNot };

  // The condition that every row meets.
  Expression() = default;

  // `column` is a position in Table::columns. Comparing with NULL means IS NULL
  // (kEqual) or IS NOT NULL (kNotEqual); any other order with NULL is false.
  static Expression Compare(int column, Comparison comparison, Literal literal);
  // One of `literals`; false when there is none.
  static Expression In(int column, std::vector<Literal> literals);
  static Expression IsNull(int column);

  friend Expression operator&&(const Expression& a, const Expression& b);
  friend Expression operator||(const Expression& a, const Expression& b);
  friend Expression operator!(const Expression& a);

  Kind kind() const { return node_ == nullptr ? Kind::kTrue : node_->kind; }
  int column() const { return node_->column; }
  Comparison comparison() const { return node_->comparison; }
  const std::vector<Literal>& literals() const { return node_->literals; }
  const std::vector<Expression>& parts() const { return node_->parts; }

 private:
  struct Node {
    Kind kind;
    int column = -1;
    Comparison comparison = Comparison::kEqual;
    std::vector<Literal> literals;
    std::vector<Expression> parts;
  };

  explicit Expression(Node node)
      : node_(std::make_shared<const Node>(std::move(node))) {}

  std::shared_ptr<const Node> node_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_EXPRESSION_H_
