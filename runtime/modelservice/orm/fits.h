// What may be compared with what, and how a value of C++ becomes one of a
// column: the types that operand.h has in its conditions.
#ifndef MODELSERVICE_ORM_FITS_H_
#define MODELSERVICE_ORM_FITS_H_

#include <google/protobuf/generated_enum_reflection.h>

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/orm/literals.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// The type of a bytes column.
struct Bytes {};
// The type of a column that holds a message, map or repeated field.
struct Json {};

namespace internal {

// The name of a column that has none.
struct Unnamed;

// An operand of type T. `Self` is the class itself, and names the column.
template <class Self, class Message, class T>
class Operand;

template <class Message, class T>
struct OperandTypes {
  using MessageType = Message;
  using ValueType = T;
};
template <class Self, class Message, class T>
OperandTypes<Message, T> TypesOf(const Operand<Self, Message, T>*);
void TypesOf(const void*);
// OperandTypes of V, or void.
template <class V>
using Types = decltype(TypesOf(static_cast<const V*>(nullptr)));
template <class V>
constexpr bool kIsOperand = !std::is_void_v<Types<V>>;

// Whether a part of a query over the rows of Message is of them.
template <class Message, class Part>
constexpr bool IsOf() {
  if constexpr (kIsOperand<Part>) {
    return std::is_same_v<typename Types<Part>::MessageType, Message>;
  } else {
    return false;
  }
}

template <class T>
constexpr bool kIsInteger = std::is_integral_v<T> && !std::is_same_v<T, bool>;
template <class T>
constexpr bool kIsNumber = kIsInteger<T> || std::is_floating_point_v<T>;

template <class T>
constexpr bool kIsText = std::is_same_v<T, std::string>;
template <class T>
constexpr bool kIsTime = std::is_same_v<T, absl::Time>;

template <class V>
struct Optional : std::false_type {};
template <class V>
struct Optional<std::optional<V>> : std::true_type {
  using type = V;
};

// Whether a value of type V may be compared with an operand of type T, or be
// what a column of that type is set to.
template <class T, class V>
constexpr bool ValueFits() {
  if constexpr (std::is_same_v<V, std::nullopt_t>) {
    return true;
  } else if constexpr (Optional<V>::value) {
    return ValueFits<T, typename Optional<V>::type>();
  } else if constexpr (std::is_same_v<T, std::string> ||
                       std::is_same_v<T, Bytes>) {
    return std::is_convertible_v<const V&, absl::string_view> &&
           !std::is_null_pointer_v<V>;
  } else if constexpr (std::is_same_v<T, absl::Time>) {
    return std::is_same_v<V, absl::Time> ||
           std::is_same_v<V, google::protobuf::Timestamp>;
  } else if constexpr (std::is_same_v<T, absl::Duration>) {
    return std::is_same_v<V, absl::Duration> ||
           std::is_same_v<V, google::protobuf::Duration>;
  } else if constexpr (kIsInteger<T>) {
    return kIsInteger<V>;
  } else if constexpr (std::is_floating_point_v<T>) {
    return kIsNumber<V>;
  } else {
    return std::is_same_v<V, T>;  // bool, enums
  }
}

template <class Message, class T, class V>
constexpr bool Fits() {
  if constexpr (kIsOperand<V>) {
    using Other = typename Types<V>::ValueType;
    return std::is_same_v<typename Types<V>::MessageType, Message> &&
           !std::is_same_v<T, Json> &&
           (std::is_same_v<Other, T> || (kIsNumber<T> && kIsNumber<Other>));
  } else {
    return ValueFits<T, V>();
  }
}

// Whether an operand of type T may be looked for among `Values`, a list.
template <class Message, class T, class Values, class = void>
constexpr bool kIsAmong = false;
template <class Message, class T, class Values>
constexpr bool kIsAmong<
    Message, T, Values,
    std::void_t<decltype(*std::begin(std::declval<const Values&>()))>> =
    Fits<
        Message, T,
        std::decay_t<decltype(*std::begin(std::declval<const Values&>()))>>() &&
    !kIsOperand<
        std::decay_t<decltype(*std::begin(std::declval<const Values&>()))>>;

// The part of a query that `part` is; an empty one for what is none.
template <class Part>
Expression ExpressionOf(const Part& part) {
  if constexpr (kIsOperand<Part>) {
    return part.expression();
  } else {
    return Expression();
  }
}

// A value as one of type T. `column` is what it is compared with or set to, if
// that is a column: enums may be stored by name.
template <class T, class V>
Literal LiteralOf(const V& value, const Column* column) {
  if constexpr (std::is_same_v<V, std::nullopt_t>) {
    return Literal();
  } else if constexpr (Optional<V>::value) {
    return value.has_value() ? LiteralOf<T>(*value, column) : Literal();
  } else if constexpr (std::is_same_v<T, std::string>) {
    return Literal(Value::Text(value));
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return Literal(Value::Blob(value));
  } else if constexpr (std::is_same_v<T, float>) {
    return Literal(Value::Real(Widened(static_cast<float>(value))));
  } else if constexpr (std::is_floating_point_v<T>) {
    return Literal(Value::Real(static_cast<double>(value)));
  } else if constexpr (std::is_enum_v<T>) {
    return EnumLiteral(google::protobuf::GetEnumDescriptor<T>(),
                       static_cast<int>(value), column);
  } else if constexpr (kIsInteger<T>) {
    return IntegerLiteral(Wide(value), RangeOf<T>());
  } else {
    return ToLiteral(value);
  }
}

// `self` compared with `value`, which fits. Never unknown where Django's is
// not: what is not equal to a value may be NULL.
template <class T, class V>
Expression CompareWith(Expression self, Comparison how, const V& value) {
  if constexpr (kIsOperand<V>) {
    return Compare(std::move(self), how, value.expression());
  } else if constexpr (Optional<V>::value) {
    if (!value.has_value()) return Compare(std::move(self), how, Literal());
    return CompareWith<T>(std::move(self), how, *value);
  } else if constexpr (kIsInteger<T> && kIsInteger<V>) {
    return CompareInteger(std::move(self), how, Wide(value), RangeOf<T>());
  } else if constexpr (std::is_same_v<V, absl::Duration>) {
    return CompareSpan(std::move(self), how, value);
  } else {
    const Column* const column = ColumnOf(self);
    return Compare(std::move(self), how, LiteralOf<T>(value, column));
  }
}

}  // namespace internal
}  // namespace modelservice

#endif  // MODELSERVICE_ORM_FITS_H_
