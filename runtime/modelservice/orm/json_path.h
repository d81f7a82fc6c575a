// Values inside of a column of JSON. column.h is the front of this.
#ifndef MODELSERVICE_ORM_JSON_PATH_H_
#define MODELSERVICE_ORM_JSON_PATH_H_

#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/orm/operand.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/way.h"

namespace modelservice {
namespace internal {

template <class Step>
constexpr bool kIsKey = std::is_convertible_v<const Step&, absl::string_view>;
// A key, or a place in a list.
template <class Step>
constexpr bool kIsStep = kIsInteger<Step> || kIsKey<Step>;

// Whoever calls this has refused what is none.
template <class Step>
JsonStep StepOf(const Step& step) {
  if constexpr (kIsInteger<Step>) {
    return {{}, static_cast<int64_t>(step)};
  } else if constexpr (kIsKey<Step>) {
    return {std::string(absl::string_view(step)), -1};
  } else {
    return {};
  }
}

// What stands at `path` in a column. Names of a message's fields become those
// that ProtoJSON has for them, and its 64-bit integers, which it writes as
// texts, are numbers.
// `way` leads to the model; null: it is the query's own.
Expression JsonAt(const Model& model, int column, std::vector<JsonStep> path,
                  JsonKind kind, const std::shared_ptr<const Way>& way);

// Whether what stands in JSON may be compared with it.
template <class V>
constexpr bool kFitsJson =
    ValueFits<std::string, V>() || kIsNumber<V> || std::is_same_v<V, bool>;

}  // namespace internal

// Words of assertions, which take nothing but a literal.
#define MODELSERVICE_NOT_IN_JSON                                           \
  "what stands in JSON of a model (Message) is compared with a number, a " \
  "text or a truth value, not with a V"

// What stands at a path. It is compared with a number, a text or a truth value,
// and differs from all that are of another type. std::nullopt is JSON's null.
template <class Message>
class JsonPath {
 public:
  JsonPath(const Model& model, int column, std::vector<JsonStep> path,
           std::shared_ptr<const Way> way = nullptr)
      : model_(&model),
        column_(column),
        path_(std::move(path)),
        way_(std::move(way)) {}

  // Whether nothing is there: null is something.
  Condition<Message> IsNull() const {
    return Condition<Message>(Expression::IsNull(At(JsonKind::kType)));
  }
  // As values of one type, NULL where it is of another.
  Computed<Message, double> Number() const {
    return Computed<Message, double>(At(JsonKind::kNumber));
  }
  Computed<Message, std::string> Text() const {
    return Computed<Message, std::string>(At(JsonKind::kText));
  }
  Computed<Message, bool> Bool() const {
    return Computed<Message, bool>(At(JsonKind::kBool));
  }

  template <class V>
  friend Condition<Message> operator==(const JsonPath& a, const V& b) {
    static_assert(internal::kFitsJson<V>, MODELSERVICE_NOT_IN_JSON);
    return a.Compare(Comparison::kEqual, b);
  }
  template <class V>
  friend Condition<Message> operator!=(const JsonPath& a, const V& b) {
    static_assert(internal::kFitsJson<V>, MODELSERVICE_NOT_IN_JSON);
    return a.Compare(Comparison::kNotEqual, b);
  }
  template <class V>
  friend Condition<Message> operator<(const JsonPath& a, const V& b) {
    static_assert(internal::kFitsJson<V>, MODELSERVICE_NOT_IN_JSON);
    return a.Compare(Comparison::kLess, b);
  }
  template <class V>
  friend Condition<Message> operator<=(const JsonPath& a, const V& b) {
    static_assert(internal::kFitsJson<V>, MODELSERVICE_NOT_IN_JSON);
    return a.Compare(Comparison::kLessOrEqual, b);
  }
  template <class V>
  friend Condition<Message> operator>(const JsonPath& a, const V& b) {
    static_assert(internal::kFitsJson<V>, MODELSERVICE_NOT_IN_JSON);
    return a.Compare(Comparison::kGreater, b);
  }
  template <class V>
  friend Condition<Message> operator>=(const JsonPath& a, const V& b) {
    static_assert(internal::kFitsJson<V>, MODELSERVICE_NOT_IN_JSON);
    return a.Compare(Comparison::kGreaterOrEqual, b);
  }

 private:
  Expression At(JsonKind kind) const {
    return internal::JsonAt(*model_, column_, path_, kind, way_);
  }

  template <class V>
  Condition<Message> Compare(Comparison how, const V& value) const {
    constexpr bool is_text = internal::ValueFits<std::string, V>();
    if constexpr (std::is_same_v<V, std::nullopt_t>) {
      return Condition<Message>(internal::Compare(
          At(JsonKind::kType), how, Literal(Value::Text("null"))));
    } else if constexpr (is_text) {
      return Condition<Message>(
          internal::CompareWith<std::string>(At(JsonKind::kText), how, value));
    } else if constexpr (std::is_same_v<V, bool>) {
      return Condition<Message>(
          internal::CompareWith<bool>(At(JsonKind::kBool), how, value));
    } else if constexpr (internal::kFitsJson<V>) {
      using T = std::conditional_t<std::is_integral_v<V>, int64_t, double>;
      return Condition<Message>(
          internal::CompareWith<T>(At(JsonKind::kNumber), how, value));
    } else {
      return Condition<Message>();
    }
  }

  const Model* model_;
  int column_;
  std::vector<JsonStep> path_;
  std::shared_ptr<const Way> way_;
};

#undef MODELSERVICE_NOT_IN_JSON

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_JSON_PATH_H_
