// Values of C++ as those of columns, and what is compared with them: the part
// of operand.h that needs no template.
#ifndef MODELSERVICE_ORM_LITERALS_H_
#define MODELSERVICE_ORM_LITERALS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "absl/time/time.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"

namespace modelservice::internal {

// An integer of any type.
struct WideInteger {
  int64_t value;
  bool too_big;  // past 2^63 - 1
};
template <class V>
constexpr WideInteger Wide(V value) {
  if constexpr (std::is_same_v<V, uint64_t> ||
                std::is_same_v<V, unsigned long long>) {
    return {static_cast<int64_t>(value), (value >> 63) != 0};
  } else {
    return {static_cast<int64_t>(value), false};
  }
}

// What a column of an integer type can hold.
struct IntegerRange {
  int64_t least;
  int64_t most;
};
template <class T>
constexpr IntegerRange RangeOf() {
  if constexpr (std::is_same_v<T, uint64_t>) {
    return {0, std::numeric_limits<int64_t>::max()};
  } else {
    return {static_cast<int64_t>(std::numeric_limits<T>::min()),
            static_cast<int64_t>(std::numeric_limits<T>::max())};
  }
}

// The column that an expression is; null where it is none.
const Column* ColumnOf(const Expression& expression);

// Ones that cannot be stored for what is out of `range`, or between two
// microseconds.
Literal IntegerLiteral(WideInteger value, IntegerRange range);
Literal EnumLiteral(const google::protobuf::EnumDescriptor* type, int number,
                    const Column* column);
Literal ToLiteral(bool value);
Literal ToLiteral(absl::Time time);
Literal ToLiteral(const google::protobuf::Timestamp& time);
Literal ToLiteral(absl::Duration duration);
Literal ToLiteral(const google::protobuf::Duration& duration);

// `a` compared with `b`. With kNotEqual, true where they are not equal, also
// for NULL.
Expression Compare(Expression a, Comparison comparison, Expression b);
// The same of an operand with that range: what is out of it is greater, or
// less, than all values.
Expression CompareInteger(Expression self, Comparison comparison,
                          WideInteger value, IntegerRange range);
// The same of a span, of which rows have whole microseconds.
Expression CompareSpan(Expression self, Comparison comparison,
                       absl::Duration span);
Expression Among(Expression self, std::vector<Literal> values);
// What is computed of texts, one of which may be a whole number instead: of
// decimals a number, else they are joined.
Expression ComputeTexts(Expression a, Arithmetic how, Expression b);
// True where `condition` is not, NULL or false.
Expression Not(const Expression& condition);

}  // namespace modelservice::internal

#endif  // MODELSERVICE_ORM_LITERALS_H_
