// Values of a database as those of C++: what Values, Aggregate and GroupBy
// give, and Database::Query.
#ifndef MODELSERVICE_ORM_FROM_VALUE_H_
#define MODELSERVICE_ORM_FROM_VALUE_H_

#include <google/protobuf/generated_enum_reflection.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "modelservice/db/read_value.h"
#include "modelservice/orm/operand.h"
#include "modelservice/statement.h"

namespace modelservice {

// How many rows there are: never NULL.
template <class Message>
class Counted : public internal::Operand<Counted<Message>, Message, int64_t> {
 public:
  explicit Counted(Expression expression)
      : expression_(std::move(expression)) {}
  const Expression& ToExpression() const { return expression_; }

 private:
  Expression expression_;
};

namespace internal {

// What a value of an operand is in C++.
template <class T>
struct StoredAs {
  using type = T;
};
template <>
struct StoredAs<Bytes> {
  using type = std::string;
};
template <>
struct StoredAs<Json> {
  using type = std::string;
};

// Of what is none, which whoever reads it refuses.
template <class V, bool = kIsOperand<V>>
struct ResultOf {
  using type = std::optional<bool>;
};
template <class V>
struct ResultOf<V, true> {
  using type =
      std::optional<typename StoredAs<typename Types<V>::ValueType>::type>;
};
template <class Message>
struct ResultOf<Counted<Message>, true> {
  using type = int64_t;
};

bool ReadEnum(Value value, const google::protobuf::EnumDescriptor* type,
              int* number);

template <class T>
bool ReadInto(Value value, T* out) {
  if constexpr (std::is_enum_v<T>) {
    int number = 0;
    if (!ReadEnum(value, google::protobuf::GetEnumDescriptor<T>(), &number)) {
      return false;
    }
    *out = static_cast<T>(number);
    return true;
  } else {
    return ReadValue(value, out);
  }
}
template <class T>
bool ReadInto(Value value, std::optional<T>* out) {
  if (value.is_null()) {
    out->reset();
    return true;
  }
  return ReadInto(value, &out->emplace());
}

template <class... Parts>
absl::Status ReadParts(Row row, std::tuple<Parts...>* tuple) {
  return ReadTuple(row, tuple,
                   [](Value value, auto* out) { return ReadInto(value, out); });
}

}  // namespace internal
}  // namespace modelservice

#endif  // MODELSERVICE_ORM_FROM_VALUE_H_
