// Typed columns: what a model's generated struct consists of, and the
// conditions, orders and assignments that they make.
//
//   Condition<Customer> known =
//       CustomerModel::id.In({1, 2, 3}) && !CustomerModel::phone.IsNull();
//   Condition<Customer> ann = CustomerModel::email == "ann@b.c";
//   Order<Customer> newest = CustomerModel::create_time.Desc();
//   Assignment<Customer> moved = CustomerModel::phone.Set("555");
//
// All of them carry the message type, so that a condition on one model does not
// compile in a query of another.
//
// Ownership: none; columns are constants, and conditions own the values that
// they compare with. Threads: all is immutable and safe to share. Blocking,
// errors: nothing here asks a database.
#ifndef MODELSERVICE_COLUMN_H_
#define MODELSERVICE_COLUMN_H_

#include <google/protobuf/generated_enum_reflection.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// The type of a bytes column.
struct Bytes {};
// The type of a column that holds a message, map or repeated field; it can only
// be compared with NULL.
struct Json {};

// A condition on the rows of `Message`.
template <class Message>
class Condition {
 public:
  Condition() = default;
  explicit Condition(Expression expression)
      : expression_(std::move(expression)) {}
  const Expression& expression() const { return expression_; }

  friend Condition operator&&(const Condition& a, const Condition& b) {
    return Condition(a.expression_ && b.expression_);
  }
  friend Condition operator||(const Condition& a, const Condition& b) {
    return Condition(a.expression_ || b.expression_);
  }
  friend Condition operator!(const Condition& a) {
    return Condition(!a.expression_);
  }

 private:
  Expression expression_;
};

template <class Message>
struct Order {
  Ordering ordering;
};

// What one column becomes, in Query::Update.
template <class Message>
struct Assignment {
  int column;
  Expression value;
};

// `column + value` or `column - value`, for Set.
template <class Message, class T>
struct ColumnSum {
  Expression value;
};

namespace internal {

// What a column of type T is compared with and set to.
template <class T>
struct ColumnArgument {
  using type = T;
};
template <>
struct ColumnArgument<std::string> {
  using type = absl::string_view;
};
template <>
struct ColumnArgument<Bytes> {
  using type = absl::string_view;
};

Literal TimeLiteral(absl::Time time);
Literal DurationLiteral(absl::Duration duration);
Literal EnumNameLiteral(const google::protobuf::EnumDescriptor* type,
                        int number);

}  // namespace internal

template <class Message, class T>
class TypedColumn {
 public:
  using Argument = typename internal::ColumnArgument<T>::type;

  // `column` is a position in Table::columns.
  constexpr explicit TypedColumn(int column) : column_(column) {}
  constexpr int column() const { return column_; }

  friend Condition<Message> operator==(TypedColumn c, Argument v) {
    return c.Compare(Comparison::kEqual, v);
  }
  friend Condition<Message> operator!=(TypedColumn c, Argument v) {
    return c.Compare(Comparison::kNotEqual, v);
  }
  friend Condition<Message> operator<(TypedColumn c, Argument v) {
    return c.Compare(Comparison::kLess, v);
  }
  friend Condition<Message> operator<=(TypedColumn c, Argument v) {
    return c.Compare(Comparison::kLessOrEqual, v);
  }
  friend Condition<Message> operator>(TypedColumn c, Argument v) {
    return c.Compare(Comparison::kGreater, v);
  }
  friend Condition<Message> operator>=(TypedColumn c, Argument v) {
    return c.Compare(Comparison::kGreaterOrEqual, v);
  }

  Condition<Message> In(std::initializer_list<Argument> values) const {
    return In(std::vector<Argument>(values));
  }
  template <class Values>
  Condition<Message> In(const Values& values) const {
    std::vector<Literal> literals;
    for (const auto& value : values) literals.push_back(LiteralOf(value));
    return Condition<Message>(Expression::In(Self(), std::move(literals)));
  }
  Condition<Message> IsNull() const {
    return Condition<Message>(Expression::IsNull(Self()));
  }

  Order<Message> Asc() const { return {Ordering{column_, false}}; }
  Order<Message> Desc() const { return {Ordering{column_, true}}; }

  Assignment<Message> Set(Argument value) const {
    return {column_, LiteralOf(value)};
  }
  Assignment<Message> SetNull() const { return {column_, Literal()}; }
  // To a number column's own value, or another's, more or less something. NULL
  // stays NULL.
  Assignment<Message> Set(const ColumnSum<Message, T>& sum) const {
    return {column_, sum.value};
  }
  friend ColumnSum<Message, T> operator+(TypedColumn c, T v) {
    return c.Sum(Arithmetic::kAdd, v);
  }
  friend ColumnSum<Message, T> operator-(TypedColumn c, T v) {
    return c.Sum(Arithmetic::kSubtract, v);
  }

 private:
  Expression Self() const {
    return Expression::Column(*ModelOf<Message>::Get().table, column_);
  }
  Condition<Message> Compare(Comparison comparison, Argument value) const {
    return Condition<Message>(
        Expression::Compare(Self(), comparison, LiteralOf(value)));
  }
  ColumnSum<Message, T> Sum(Arithmetic arithmetic, T value) const {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>,
                  "only numbers add up");
    return {Expression::Compute(Self(), arithmetic, LiteralOf(value))};
  }

  Literal LiteralOf(const Argument& value) const {
    if constexpr (std::is_same_v<T, std::string>) {
      return Literal(Value::Text(value));
    } else if constexpr (std::is_same_v<T, Bytes>) {
      return Literal(Value::Blob(value));
    } else if constexpr (std::is_same_v<T, absl::Time>) {
      return internal::TimeLiteral(value);
    } else if constexpr (std::is_same_v<T, absl::Duration>) {
      return internal::DurationLiteral(value);
    } else if constexpr (std::is_enum_v<T>) {
      const Table& table = *ModelOf<Message>::Get().table;
      if (table.columns[static_cast<size_t>(column_)].storage ==
          Storage::kName) {
        return internal::EnumNameLiteral(
            google::protobuf::GetEnumDescriptor<T>(), static_cast<int>(value));
      }
      return Literal(Value::Integer(static_cast<int>(value)));
    } else {
      return Literal(ToValue(value));
    }
  }

  int column_;
};

// Columns that can only be compared with NULL.
template <class Message>
class TypedColumn<Message, Json> {
 public:
  constexpr explicit TypedColumn(int column) : column_(column) {}
  constexpr int column() const { return column_; }
  Condition<Message> IsNull() const {
    return Condition<Message>(Expression::IsNull(
        Expression::Column(*ModelOf<Message>::Get().table, column_)));
  }

 private:
  int column_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_COLUMN_H_
