// What conditions are made of: a column of a model, or what a database computes
// of its columns. column.h is the front of this.
#ifndef MODELSERVICE_ORM_OPERAND_H_
#define MODELSERVICE_ORM_OPERAND_H_

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/orm/fits.h"
#include "modelservice/orm/literals.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/order_by.h"

namespace modelservice {

template <class Message>
class Condition;
template <class Message>
struct Order;
template <class Message, class T>
class Computed;

namespace internal {

// What does not fit has been refused by whoever calls this: an assertion that
// fails there takes fewer lines of the compiler than one further down.
template <class Self, class M, class T, class V>
Condition<M> Compared(const Operand<Self, M, T>& operand, Comparison how,
                      const V& value) {
  if constexpr (Fits<M, T, V>()) {
    return Condition<M>(CompareWith<T>(operand.expression(), how, value));
  } else {
    return Condition<M>();
  }
}

// The type of what is computed of two.
template <class T, class V>
struct SumType {
  using type =
      std::conditional_t<std::is_same_v<T, std::string> ||
                             std::is_same_v<V, std::string>,
                         std::string,
                         std::conditional_t<std::is_floating_point_v<T> ||
                                                std::is_floating_point_v<V>,
                                            double, int64_t>>;
};
template <class T, class V, bool = kIsOperand<V>>
struct SumOf : SumType<T, typename Types<V>::ValueType> {};
template <class T, class V>
struct SumOf<T, V, false> : SumType<T, V> {};

// Whether a T and a V are texts, of which decimals have whole numbers beside
// them, too.
template <class M, class T, class V>
constexpr bool AreTexts() {
  constexpr bool is_text = std::is_same_v<T, std::string>;
  if constexpr (kIsOperand<V>) {
    using Other = typename Types<V>::ValueType;
    constexpr bool other_is_text = std::is_same_v<Other, std::string>;
    return IsOf<M, V>() && (is_text ? other_is_text || kIsInteger<Other>
                                    : other_is_text && kIsInteger<T>);
  } else {
    return is_text && (Fits<M, T, V>() || kIsInteger<V>);
  }
}

template <class Sum, class T, class V>
Expression TermOf(const V& value) {
  if constexpr (kIsOperand<V>) {
    return std::is_same_v<Sum, double> &&
                   !std::is_floating_point_v<typename Types<V>::ValueType>
               ? Expression::Cast(value.expression(), CastType::kReal)
               : value.expression();
  } else if constexpr (std::is_same_v<Sum, std::string> && kIsInteger<V>) {
    return IntegerLiteral(Wide(value), RangeOf<int64_t>());
  } else {
    return LiteralOf<Sum>(value, nullptr);
  }
}

// Whether a T and a V add up.
template <class M, class T, class V>
constexpr bool kAddUp = (kIsNumber<T> &&
                         (Fits<M, T, V>() || std::is_floating_point_v<V>)) ||
                        AreTexts<M, T, V>();

template <class Self, class M, class T, class V>
Computed<M, typename SumOf<T, V>::type> Computing(const Operand<Self, M, T>& a,
                                                  Arithmetic how, const V& b,
                                                  bool reversed = false) {
  using Sum = typename SumOf<T, V>::type;
  if constexpr (kAddUp<M, T, V>) {
    Expression x = TermOf<Sum, T>(static_cast<const Self&>(a));
    Expression y = TermOf<Sum, T>(b);
    if (reversed) std::swap(x, y);
    return Computed<M, Sum>(
        AreTexts<M, T, V>()
            ? ComputeTexts(std::move(x), how, std::move(y))
            : Expression::Compute(std::move(x), how, std::move(y)));
  } else {
    return Computed<M, Sum>(Expression());
  }
}

// Words of assertions, which take nothing but a literal.
#define MODELSERVICE_AMONG_OTHERS                                        \
  "a column (Self, of type T) of a model (Message) is looked for among " \
  "what is of another type"
#define MODELSERVICE_NO_TEXT \
  "only in a text can another be looked for: see Self and T"
#define MODELSERVICE_NO_TIME \
  "only a time has a year, a month and so on: see Self and T"

template <class Self, class Message, class T>
class Operand {
 public:
  Expression expression() const {
    return static_cast<const Self*>(this)->ToExpression();
  }

  // Equal to one of `values`, which may be of any length.
  template <class V = T>
  Condition<Message> In(std::initializer_list<V> values) const {
    static_assert(kIsAmong<Message, T, std::initializer_list<V>>,
                  MODELSERVICE_AMONG_OTHERS);
    return AmongThem(values);
  }
  Condition<Message> In(std::initializer_list<absl::string_view> values) const {
    static_assert(Fits<Message, T, absl::string_view>(),
                  MODELSERVICE_AMONG_OTHERS);
    return AmongThem(values);
  }
  template <class Values>
  Condition<Message> In(const Values& values) const {
    static_assert(kIsAmong<Message, T, Values>, MODELSERVICE_AMONG_OTHERS);
    return AmongThem(values);
  }
  // Every other row, those with NULL too.
  template <class Values>
  Condition<Message> NotIn(const Values& values) const {
    static_assert(kIsAmong<Message, T, Values>, MODELSERVICE_AMONG_OTHERS);
    return NotAmongThem(values);
  }
  template <class V = T>
  Condition<Message> NotIn(std::initializer_list<V> values) const {
    static_assert(kIsAmong<Message, T, std::initializer_list<V>>,
                  MODELSERVICE_AMONG_OTHERS);
    return NotAmongThem(values);
  }
  Condition<Message> NotIn(
      std::initializer_list<absl::string_view> values) const {
    static_assert(Fits<Message, T, absl::string_view>(),
                  MODELSERVICE_AMONG_OTHERS);
    return NotAmongThem(values);
  }
  // Both ends are among it.
  template <class From, class To>
  Condition<Message> Between(const From& from, const To& to) const {
    static_assert(Fits<Message, T, From>() && Fits<Message, T, To>(),
                  "a column (Self, of type T) of a model (Message) is compared "
                  "with what is of another type (From, To)");
    return Condition<Message>(
        Compared(*this, Comparison::kGreaterOrEqual, from).expression() &&
        Compared(*this, Comparison::kLessOrEqual, to).expression());
  }
  Condition<Message> IsNull() const {
    return Condition<Message>(Expression::IsNull(expression()));
  }

  // Texts in a text. Nothing in `text` has a meaning of its own. IContains and
  // its kin take letters for their capitals; on SQLite, those of ASCII.
  Condition<Message> Contains(absl::string_view text) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kContains, text, false);
  }
  Condition<Message> IContains(absl::string_view text) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kContains, text, true);
  }
  Condition<Message> StartsWith(absl::string_view text) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kStartsWith, text, false);
  }
  Condition<Message> IStartsWith(absl::string_view text) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kStartsWith, text, true);
  }
  Condition<Message> EndsWith(absl::string_view text) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kEndsWith, text, false);
  }
  Condition<Message> IEndsWith(absl::string_view text) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kEndsWith, text, true);
  }
  Condition<Message> IExact(absl::string_view text) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kIs, text, true);
  }
  // In the database's syntax: RE2's on SQLite, PostgreSQL's own there.
  Condition<Message> Regex(absl::string_view pattern) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kRegex, pattern, false);
  }
  Condition<Message> IRegex(absl::string_view pattern) const {
    static_assert(kIsText<T>, MODELSERVICE_NO_TEXT);
    return Match(TextMatch::kRegex, pattern, true);
  }

  // Parts of a time, in UTC. WeekDay is 1 on Sundays and 7 on Saturdays.
  Computed<Message, int32_t> Year() const {
    static_assert(kIsTime<T>, MODELSERVICE_NO_TIME);
    return Part(DatePart::kYear);
  }
  Computed<Message, int32_t> Month() const {
    static_assert(kIsTime<T>, MODELSERVICE_NO_TIME);
    return Part(DatePart::kMonth);
  }
  Computed<Message, int32_t> Day() const {
    static_assert(kIsTime<T>, MODELSERVICE_NO_TIME);
    return Part(DatePart::kDay);
  }
  Computed<Message, int32_t> WeekDay() const {
    static_assert(kIsTime<T>, MODELSERVICE_NO_TIME);
    return Part(DatePart::kWeekDay);
  }
  Computed<Message, int32_t> Hour() const {
    static_assert(kIsTime<T>, MODELSERVICE_NO_TIME);
    return Part(DatePart::kHour);
  }
  Computed<Message, int32_t> Minute() const {
    static_assert(kIsTime<T>, MODELSERVICE_NO_TIME);
    return Part(DatePart::kMinute);
  }
  Computed<Message, int32_t> Second() const {
    static_assert(kIsTime<T>, MODELSERVICE_NO_TIME);
    return Part(DatePart::kSecond);
  }

  Order<Message> Asc() const { return {{expression(), false, Nullable()}}; }
  Order<Message> Desc() const { return {{expression(), true, Nullable()}}; }
  // A bare one is ascending.
  // NOLINTNEXTLINE(google-explicit-constructor): it is one.
  operator Order<Message>() const { return Asc(); }

 private:
  bool Nullable() const { return !expression().is_never_null(); }

  template <class Values>
  Condition<Message> AmongThem(const Values& values) const {
    if constexpr (kIsAmong<Message, T, Values>) {
      const Expression self = expression();
      const Column* const column = ColumnOf(self);
      std::vector<Literal> literals;
      for (const auto& value : values) {
        literals.push_back(LiteralOf<T>(value, column));
      }
      return Condition<Message>(Among(self, std::move(literals)));
    } else {
      return Condition<Message>();
    }
  }

  template <class Values>
  Condition<Message> NotAmongThem(const Values& values) const {
    return Condition<Message>(Not(AmongThem(values).expression()));
  }

  Condition<Message> Match(TextMatch match, absl::string_view text,
                           bool ignore_case) const {
    return Condition<Message>(
        Expression::Match(expression(), match, std::string(text), ignore_case));
  }

  Computed<Message, int32_t> Part(DatePart part) const {
    return Computed<Message, int32_t>(Expression::PartOf(expression(), part));
  }
};

#undef MODELSERVICE_AMONG_OTHERS
#undef MODELSERVICE_NO_TEXT
#undef MODELSERVICE_NO_TIME

}  // namespace internal

// What the database computes of a row, of type T: a sum, a part of a time.
template <class Message, class T>
class Computed : public internal::Operand<Computed<Message, T>, Message, T> {
 public:
  explicit Computed(Expression expression)
      : expression_(std::move(expression)) {}
  const Expression& ToExpression() const { return expression_; }

 private:
  Expression expression_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_OPERAND_H_
