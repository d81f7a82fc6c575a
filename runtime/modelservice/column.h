// Typed columns: what a model's generated struct consists of, and the
// conditions, orders and assignments that they make.
//
//   Condition<Customer> known =
//       CustomerModel::id.In({1, 2, 3}) && !CustomerModel::phone.IsNull();
//   Condition<Customer> ann = CustomerModel::email == "ann@b.c";
//   Condition<Customer> shop = CustomerModel::email.IEndsWith("@SHOP.example");
//   Condition<Customer> idle = CustomerModel::author != CustomerModel::owner;
//   Condition<Customer> recent = CustomerModel::create_time.Year() >= 2024;
//   Order<Customer> newest = CustomerModel::create_time.Desc();
//   Assignment<Customer> moved = CustomerModel::phone.Set("555");
//
// All of them carry the message type, so that a condition on one model does not
// compile in a query of another; what is compared with a value of another type
// is an error of one line, which names the column and both types.
//
// Conditions are true or not, as Django's are: `!c`, and so `!=` and NotIn, are
// true of every row that `c` is not true of, also where that is because of a
// NULL.
//
// Ownership: none; columns are constants, and conditions own the values that
// they compare with. Threads: all is immutable and safe to share. Blocking,
// errors: nothing here asks a database; a value that a column cannot be set to
// is INVALID_ARGUMENT when the query is run.
#ifndef MODELSERVICE_COLUMN_H_
#define MODELSERVICE_COLUMN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/orm/json_path.h"
#include "modelservice/orm/operand.h"
#include "modelservice/orm/operators.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/order_by.h"

namespace modelservice {

template <class Message>
class Condition;

namespace internal {

template <class V>
constexpr bool kAlwaysFalse = false;

template <class V, class Message>
constexpr bool kIsOtherCondition = false;
template <class Other, class Message>
constexpr bool kIsOtherCondition<Condition<Other>, Message> =
    !std::is_same_v<Other, Message>;

// Whether it is rows of another model, as relation.h has them.
template <class V>
constexpr bool kIsRows = false;

// Of a program that takes it for a condition on rows of Message.
template <class V, class Message>
using IfGivenForCondition =
    std::enable_if_t<kIsOtherCondition<V, Message> || kIsOperand<V> ||
                     kIsRows<V> || std::is_arithmetic_v<V> ||
                     std::is_enum_v<V> ||
                     std::is_convertible_v<const V&, absl::string_view>>;

}  // namespace internal

// A condition on the rows of `Message`. An empty one says nothing: every row
// meets it, and with another one it is that one, so that conditions can be
// gathered in a loop, by || as by && (Django's Q()).
template <class Message>
class Condition {
 public:
  Condition() = default;
  // What is given for one in its place: of another model, a column, rows, a
  // text.
  template <class V, class = internal::IfGivenForCondition<V, Message>>
  Condition(const V&) {  // NOLINT(google-explicit-constructor)
    static_assert(internal::kAlwaysFalse<V>,
                  "this (V) is no condition on the rows of the model (Message)"
                  ": compare a column of theirs with a value");
  }
  explicit Condition(Expression expression)
      : expression_(std::move(expression)), is_empty_(false) {}
  const Expression& expression() const { return expression_; }

  friend Condition operator&&(const Condition& a, const Condition& b) {
    if (a.is_empty_ || b.is_empty_) return a.is_empty_ ? b : a;
    return Condition(a.expression_ && b.expression_);
  }
  friend Condition operator||(const Condition& a, const Condition& b) {
    if (a.is_empty_ || b.is_empty_) return a.is_empty_ ? b : a;
    return Condition(a.expression_ || b.expression_);
  }
  friend Condition operator!(const Condition& a) {
    return a.is_empty_ ? a : Condition(internal::Not(a.expression_));
  }

 private:
  Expression expression_;
  bool is_empty_ = true;
};

// Those of two models.
template <class A, class B>
std::enable_if_t<!std::is_same_v<A, B>, Condition<A>> operator&&(
    const Condition<A>&, const Condition<B>&) {
  static_assert(
      std::is_same_v<A, B>,
      "conditions of two models (A, B) are no condition of one: go "
      "from one to the other by a way, as in OrderModel::customer.id");
  return {};
}
template <class A, class B>
std::enable_if_t<!std::is_same_v<A, B>, Condition<A>> operator||(
    const Condition<A>&, const Condition<B>&) {
  static_assert(
      std::is_same_v<A, B>,
      "conditions of two models (A, B) are no condition of one: go "
      "from one to the other by a way, as in OrderModel::customer.id");
  return {};
}

// NULL comes first, last when descending, unless it is said otherwise.
template <class Message>
struct Order {
  modelservice::OrderBy by;

  Order NullsFirst() const { return With(Nulls::kFirst); }
  Order NullsLast() const { return With(Nulls::kLast); }

 private:
  Order With(Nulls nulls) const {
    Order order = *this;
    order.by.nulls = nulls;
    return order;
  }
};

// What one column becomes, in Query::Update.
template <class Message>
struct Assignment {
  int column;
  Expression value;
};

// `Name` is a type for the compiler to name the column by.
template <class Message, class T, class Name = internal::Unnamed>
class TypedColumn
    : public internal::Operand<TypedColumn<Message, T, Name>, Message, T> {
 public:
  // `column` is a position in Table::columns.
  constexpr explicit TypedColumn(int column) : column_(column) {}
  constexpr int column() const { return column_; }
  Expression ToExpression() const {
    if constexpr (std::is_same_v<Name, internal::Unnamed>) {
      return Expression::Column(*ModelOf<Message>::Get().table, column_);
    } else {
      // All that conditions on the column have of it is shared.
      static const auto* const kept = new Expression(
          Expression::Column(*ModelOf<Message>::Get().table, column_));
      return *kept;
    }
  }

  // To a value, another column's, or what is computed of columns. NULL and what
  // is computed of it is NULL.
  template <class V>
  Assignment<Message> Set(const V& value) const {
    constexpr bool fits = CanBe<V>();
    static_assert(fits,
                  "a column (Name, of type T) of a model (Message) is set to "
                  "what is of another type (V)");
    if constexpr (!fits) {
      return {column_, Literal()};
    } else if constexpr (internal::kIsOperand<V>) {
      return {column_, value.expression()};
    } else {
      return {column_, internal::LiteralOf<T>(
                           value, internal::ColumnOf(ToExpression()))};
    }
  }
  Assignment<Message> SetNull() const { return {column_, Literal()}; }

 private:
  // A whole number takes no fraction.
  template <class V>
  static constexpr bool CanBe() {
    if constexpr (internal::kIsOperand<V>) {
      using Other = typename internal::Types<V>::ValueType;
      return internal::Fits<Message, T, V>() &&
             !(internal::kIsInteger<T> && std::is_floating_point_v<Other>);
    } else {
      return internal::Fits<Message, T, V>();
    }
  }

  int column_;
};

// A column of JSON: it is NULL or not, and has values at paths.
template <class Message, class Name>
class TypedColumn<Message, Json, Name>
    : public internal::Operand<TypedColumn<Message, Json, Name>, Message,
                               Json> {
 public:
  constexpr explicit TypedColumn(int column) : column_(column) {}
  constexpr int column() const { return column_; }
  Expression ToExpression() const {
    return Expression::Column(*ModelOf<Message>::Get().table, column_);
  }
  Assignment<Message> SetNull() const { return {column_, Literal()}; }
  // What stands behind keys (texts) and in lists (numbers from 0):
  // `Path("labels", 0)`. Of a message, the names of its fields.
  template <class... Steps>
  JsonPath<Message> Path(const Steps&... steps) const {
    static_assert((internal::kIsStep<Steps> && ...),
                  "a step of a path (one of Steps) is a key, a text, or a "
                  "place in a list");
    return JsonPath<Message>(ModelOf<Message>::Get(), column_,
                             {internal::StepOf(steps)...});
  }

 private:
  int column_;
};

namespace internal {

template <class Message, class Orders>
constexpr bool kIsOrder = std::is_convertible_v<const Orders&, Order<Message>>;

// Whoever calls this has refused what is none, and so with PositionOf.
template <class Message, class Orders>
OrderBy ByOf(const Orders& order) {
  if constexpr (kIsOrder<Message, Orders>) {
    return Order<Message>(order).by;
  } else {
    return {};
  }
}

template <class Message, class T, class Name>
constexpr bool IsColumn(const TypedColumn<Message, T, Name>*) {
  return true;
}
template <class Message>
constexpr bool IsColumn(const void*) {
  return false;
}

template <class Message, class... Columns>
constexpr bool kAreColumns =
    (IsColumn<Message>(static_cast<const Columns*>(nullptr)) && ...);

// The position of a column of Message, and of none behind a relation.
template <class Message, class Column>
int PositionOf(const Column& column) {
  if constexpr (kAreColumns<Message, Column>) {
    return column.column();
  } else {
    return 0;
  }
}

}  // namespace internal

}  // namespace modelservice

#endif  // MODELSERVICE_COLUMN_H_
