// Operators of operands, with columns and with values, on either side. column.h
// is the front of this.
//
// Each asserts by itself that what it is given fits: of an assertion further
// down a compiler would tell the way there, three lines for each step.
#ifndef MODELSERVICE_ORM_OPERATORS_H_
#define MODELSERVICE_ORM_OPERATORS_H_

#include <type_traits>

#include "modelservice/orm/fits.h"
#include "modelservice/orm/operand.h"
#include "modelservice/sql/expression.h"

// Words of assertions, which take nothing but a literal.
#define MODELSERVICE_OTHER_TYPE                                         \
  "a column (S, of type T) of a model (M) is compared with what is of " \
  "another type (V)"
#define MODELSERVICE_NO_SUM \
  "only numbers add up, and texts with texts: see S, T and V"

// Found by their arguments, which are all of this namespace's classes.
namespace modelservice::internal {

template <class S, class M, class T, class V>
Condition<M> operator==(const Operand<S, M, T>& a, const V& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(a, Comparison::kEqual, b);
}
template <class S, class M, class T, class V>
Condition<M> operator!=(const Operand<S, M, T>& a, const V& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(a, Comparison::kNotEqual, b);
}
template <class S, class M, class T, class V>
Condition<M> operator<(const Operand<S, M, T>& a, const V& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(a, Comparison::kLess, b);
}
template <class S, class M, class T, class V>
Condition<M> operator<=(const Operand<S, M, T>& a, const V& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(a, Comparison::kLessOrEqual, b);
}
template <class S, class M, class T, class V>
Condition<M> operator>(const Operand<S, M, T>& a, const V& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(a, Comparison::kGreater, b);
}
template <class S, class M, class T, class V>
Condition<M> operator>=(const Operand<S, M, T>& a, const V& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(a, Comparison::kGreaterOrEqual, b);
}

// A value on the left.
template <class V>
using IfValue = std::enable_if_t<!kIsOperand<V>>;
template <class V, class = IfValue<V>, class S, class M, class T>
Condition<M> operator==(const V& a, const Operand<S, M, T>& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(b, Comparison::kEqual, a);
}
template <class V, class = IfValue<V>, class S, class M, class T>
Condition<M> operator!=(const V& a, const Operand<S, M, T>& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(b, Comparison::kNotEqual, a);
}
template <class V, class = IfValue<V>, class S, class M, class T>
Condition<M> operator<(const V& a, const Operand<S, M, T>& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(b, Comparison::kGreater, a);
}
template <class V, class = IfValue<V>, class S, class M, class T>
Condition<M> operator<=(const V& a, const Operand<S, M, T>& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(b, Comparison::kGreaterOrEqual, a);
}
template <class V, class = IfValue<V>, class S, class M, class T>
Condition<M> operator>(const V& a, const Operand<S, M, T>& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(b, Comparison::kLess, a);
}
template <class V, class = IfValue<V>, class S, class M, class T>
Condition<M> operator>=(const V& a, const Operand<S, M, T>& b) {
  static_assert(Fits<M, T, V>(), MODELSERVICE_OTHER_TYPE);
  return Compared(b, Comparison::kLessOrEqual, a);
}

// Of decimals (texts with format DECIMAL), a text or a whole number beside one
// being a decimal, too: exact, and not divided. Other texts are joined by +.
template <class S, class M, class T, class V>
auto operator+(const Operand<S, M, T>& a, const V& b) {
  static_assert(kAddUp<M, T, V>, MODELSERVICE_NO_SUM);
  return Computing(a, Arithmetic::kAdd, b);
}
template <class S, class M, class T, class V>
auto operator-(const Operand<S, M, T>& a, const V& b) {
  static_assert(kAddUp<M, T, V>, MODELSERVICE_NO_SUM);
  return Computing(a, Arithmetic::kSubtract, b);
}
template <class S, class M, class T, class V>
auto operator*(const Operand<S, M, T>& a, const V& b) {
  static_assert(kAddUp<M, T, V>, MODELSERVICE_NO_SUM);
  return Computing(a, Arithmetic::kMultiply, b);
}
// Of whole numbers: towards zero. By zero: NULL.
template <class S, class M, class T, class V>
auto operator/(const Operand<S, M, T>& a, const V& b) {
  static_assert(kAddUp<M, T, V>, MODELSERVICE_NO_SUM);
  return Computing(a, Arithmetic::kDivide, b);
}
template <class V, class = std::enable_if_t<std::is_arithmetic_v<V>>, class S,
          class M, class T>
auto operator+(V a, const Operand<S, M, T>& b) {
  static_assert(kAddUp<M, T, V>, MODELSERVICE_NO_SUM);
  return Computing(b, Arithmetic::kAdd, a, /*reversed=*/true);
}
template <class V, class = std::enable_if_t<std::is_arithmetic_v<V>>, class S,
          class M, class T>
auto operator-(V a, const Operand<S, M, T>& b) {
  static_assert(kAddUp<M, T, V>, MODELSERVICE_NO_SUM);
  return Computing(b, Arithmetic::kSubtract, a, /*reversed=*/true);
}
template <class V, class = std::enable_if_t<std::is_arithmetic_v<V>>, class S,
          class M, class T>
auto operator*(V a, const Operand<S, M, T>& b) {
  static_assert(kAddUp<M, T, V>, MODELSERVICE_NO_SUM);
  return Computing(b, Arithmetic::kMultiply, a, /*reversed=*/true);
}
template <class V, class = std::enable_if_t<std::is_arithmetic_v<V>>, class S,
          class M, class T>
auto operator/(V a, const Operand<S, M, T>& b) {
  static_assert(kAddUp<M, T, V>, MODELSERVICE_NO_SUM);
  return Computing(b, Arithmetic::kDivide, a, /*reversed=*/true);
}

}  // namespace modelservice::internal

#undef MODELSERVICE_OTHER_TYPE
#undef MODELSERVICE_NO_SUM

#endif  // MODELSERVICE_ORM_OPERATORS_H_
