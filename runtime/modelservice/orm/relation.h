// Ways from a model to those that it refers to: what a model's generated struct
// has for each of its foreign keys.
//
//   // message Order { int64 customer_id = 2 [... references ...]; }
//   orders.Filter(OrderModel::customer.email == "a@b.c")
//       .OrderBy(OrderModel::customer.company.name, OrderModel::id);
//
// What stands behind the dot are the columns of the other model, and its own
// ways; each of them is one of Order's rows here: an operand as its columns
// are, NULL where no row is referred to. A query joins a way once, however many
// conditions, orders and values go it.
//
// A key `customer_id` has the way `customer`, one of several fields that of its
// name. A key of one field that is named otherwise is both:
// OrderModel::customer is the column, and OrderModel::customer.email is on the
// way. Where the other model has a column with the name of a member of columns
// (`column`, `expression`), that is the key's.
//
// Ownership: none; these are constants. Threads: safe to share. Blocking,
// errors: nothing here asks a database.
#ifndef MODELSERVICE_ORM_RELATION_H_
#define MODELSERVICE_ORM_RELATION_H_

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "modelservice/aggregates.h"
#include "modelservice/column.h"
#include "modelservice/orm/from_value.h"
#include "modelservice/orm/json_path.h"
#include "modelservice/orm/operand.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/way.h"

namespace modelservice {

// By `kKey` of `From`, which is a message or a way itself, to the model of
// `To`: a column's position, or, behind them, that of a foreign key of several.
template <class From, class To, int kKey>
class Relation;

namespace internal {

// The message that a way begins at, and the one that it has come to.
template <class From>
struct Ends {
  using First = From;
  using Last = From;
};
template <class From, class To, int kKey>
struct Ends<Relation<From, To, kKey>> {
  using First = typename Ends<From>::First;
  using Last = To;
};

// Null for a message.
template <class From>
struct WayTo {
  static std::shared_ptr<const Way> Get() { return nullptr; }
};
template <class From, class To, int kKey>
struct WayTo<Relation<From, To, kKey>> {
  static const std::shared_ptr<const Way>& Get() {
    static const auto* const way = new std::shared_ptr<const Way>(MakeWay(
        WayTo<From>::Get(), *ModelOf<typename Ends<From>::Last>::Get().table,
        kKey, *ModelOf<To>::Get().table));
    return *way;
  }
};

// The columns of `To` as those of the first message of `Via`. A type of its
// own, so that it is looked for when it is used: the other model may come
// later, or be the same.
template <class To, class Via>
struct ColumnsThrough {
  using type = typename ModelOf<To>::template Through<Via>;
};

}  // namespace internal

template <class From, class To, int kKey>
class Relation
    : public internal::ColumnsThrough<To, Relation<From, To, kKey>>::type {};

// A column at the end of `Via`, a Relation.
template <class Via, class T, class Name>
class RelatedColumn
    : public internal::Operand<RelatedColumn<Via, T, Name>,
                               typename internal::Ends<Via>::First, T> {
 public:
  constexpr explicit RelatedColumn(int column) : column_(column) {}
  Expression ToExpression() const {
    return Expression::Through(internal::WayTo<Via>::Get(), column_);
  }
  // In a column of JSON: what stands behind keys and in lists.
  template <class... Steps>
  JsonPath<typename internal::Ends<Via>::First> Path(
      const Steps&... steps) const {
    static_assert(std::is_same_v<T, Json>,
                  "only in JSON are there paths: see Name and T");
    static_assert((internal::kIsStep<Steps> && ...),
                  "a step of a path (one of Steps) is a key, a text, or a "
                  "place in a list");
    return {ModelOf<typename internal::Ends<Via>::Last>::Get(),
            column_,
            {internal::StepOf(steps)...},
            internal::WayTo<Via>::Get()};
  }

 private:
  int column_;
};

namespace internal {

template <class From, class T, class Name>
struct ColumnOn {
  using type = TypedColumn<From, T, Name>;
};
template <class From, class To, int kKey, class T, class Name>
struct ColumnOn<Relation<From, To, kKey>, T, Name> {
  using type = RelatedColumn<Relation<From, To, kKey>, T, Name>;
};

}  // namespace internal

// A foreign key that is its column and the way in one.
template <class From, class T, class Name, class To, int kColumn>
class KeyColumn : public internal::ColumnOn<From, T, Name>::type,
                  public Relation<From, To, kColumn> {
  using Column = typename internal::ColumnOn<From, T, Name>::type;

 public:
  constexpr KeyColumn() : Column(kColumn) {}
  static constexpr int column() { return kColumn; }
  using Column::expression;
};

namespace internal {

// What may be asked of rows of `To` that belong to a row of `First`. `Self` has
// the SELECT of those that meet a condition.
template <class Self, class First, class To>
class RowsOfOne {
 public:
  // Whether one of them meets `condition`; without any, whether there is one.
  Condition<First> Any(const Condition<To>& condition = {}) const {
    return Condition<First>(Expression::Exists(Self::Those(condition)));
  }
  // Whether none of them does.
  Condition<First> None(const Condition<To>& condition = {}) const {
    return !Any(condition);
  }
  // How many of them do.
  Counted<First> Count(const Condition<To>& condition = {}) const {
    Select select = Self::Those(condition);
    select.columns = {Expression::CountRows()};
    return Counted<First>(Expression::Subselect(std::move(select)));
  }
  // A sum, a mean, the least and the greatest of theirs (aggregates.h): NULL
  // without any.
  template <class S, class M, class T>
  Computed<First, internal::SumOfMany<T>> Sum(
      const internal::Operand<S, M, T>& of,
      const Condition<To>& condition = {}) const {
    return Of(::modelservice::Sum(of), condition);
  }
  template <class S, class M, class T>
  Computed<First, internal::MeanOfMany<T>> Avg(
      const internal::Operand<S, M, T>& of,
      const Condition<To>& condition = {}) const {
    return Of(::modelservice::Avg(of), condition);
  }
  template <class S, class M, class T>
  Computed<First, T> Min(const internal::Operand<S, M, T>& of,
                         const Condition<To>& condition = {}) const {
    return Of(::modelservice::Min(of), condition);
  }
  template <class S, class M, class T>
  Computed<First, T> Max(const internal::Operand<S, M, T>& of,
                         const Condition<To>& condition = {}) const {
    return Of(::modelservice::Max(of), condition);
  }

 private:
  template <class M, class T>
  static Computed<First, T> Of(const Computed<M, T>& aggregate,
                               const Condition<To>& condition) {
    static_assert(std::is_same_v<M, To>,
                  "what is computed of the related rows (To) is of another "
                  "model (M)");
    Select select = Self::Those(condition);
    select.columns = {aggregate.expression()};
    return Computed<First, T>(Expression::Subselect(std::move(select)));
  }
};

}  // namespace internal

// The rows of `To` whose key `kKey` refers to a row of `From`, which is a
// message or a Relation: Django's related manager in conditions.
//
//   customers.Filter(CustomerModel::orders.Any(OrderModel::total > 100))
//       .OrderBy(CustomerModel::orders.Count().Desc());
//
// Each is one EXISTS, or one COUNT, of its own: no row comes twice.
template <class From, class To, int kKey>
class RelatedRows
    : public internal::RowsOfOne<RelatedRows<From, To, kKey>,
                                 typename internal::Ends<From>::First, To> {
  using First = typename internal::Ends<From>::First;
  friend class internal::RowsOfOne<RelatedRows, First, To>;

 public:
  // Rows are no value.
  template <class V>
  Condition<First> operator==(const V&) const {
    static_assert(internal::kAlwaysFalse<V>,
                  "rows of a model (To) are compared with a value (V): ask "
                  "Any(...) of a column of theirs, or Count()");
    return {};
  }
  template <class V>
  Condition<First> operator!=(const V&) const {
    static_assert(internal::kAlwaysFalse<V>,
                  "rows of a model (To) are compared with a value (V): ask "
                  "Any(...) of a column of theirs, or Count()");
    return {};
  }

 private:
  static Select Those(const Condition<To>& condition) {
    return RelatedTo(internal::WayTo<From>::Get(),
                     *ModelOf<typename internal::Ends<From>::Last>::Get().table,
                     *ModelOf<To>::Get().table, kKey, condition.expression());
  }
};

namespace internal {

template <class From, class To, int kKey>
constexpr bool kIsRows<RelatedRows<From, To, kKey>> = true;

template <class From, class To, int kKey>
typename Ends<From>::First FirstOf(const Relation<From, To, kKey>&);

// A way that is no column, as KeyColumn is.
template <class Way, class = void>
constexpr bool kIsBareWay = false;
template <class Way>
constexpr bool kIsBareWay<
    Way, std::void_t<decltype(FirstOf(std::declval<const Way&>()))>> =
    !kIsOperand<Way>;

}  // namespace internal

// A way is no value: its key is.
template <class Way, class V,
          class = std::enable_if_t<internal::kIsBareWay<Way>>>
auto operator==(const Way& way, const V&)
    -> Condition<decltype(internal::FirstOf(way))> {
  static_assert(internal::kAlwaysFalse<V>,
                "a way to other rows (Way) is compared with a value (V): "
                "compare the column of its key, or one at its end");
  return {};
}
template <class Way, class V,
          class = std::enable_if_t<internal::kIsBareWay<Way>>>
auto operator!=(const Way& way, const V&)
    -> Condition<decltype(internal::FirstOf(way))> {
  static_assert(internal::kAlwaysFalse<V>,
                "a way to other rows (Way) is compared with a value (V): "
                "compare the column of its key, or one at its end");
  return {};
}

// The way back of a key that has no related_name, or is of another file:
// RowsBy(OrderModel::customer).Any(...).
template <class From, class To, int kKey>
RelatedRows<To, From, kKey> RowsBy(const Relation<From, To, kKey>&) {
  static_assert(
      std::is_same_v<typename internal::Ends<From>::First, From>,
      "back along a way of one step, from the model that it leads to");
  return {};
}

namespace internal {

// The one object of each type of ways, which is made when it is used.
template <class Type>
inline constexpr Type kWay = Type();

struct AnyWay {
  template <class Type>
  constexpr operator const Type&() const {
    return kWay<Type>;
  }
};

}  // namespace internal

// What generated code defines its ways by.
inline constexpr internal::AnyWay kRelation{};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_RELATION_H_
