// Ways from a model to others through a table in between, many to many: what a
// model's generated struct has for each field with `through`.
//
//   // message Task { repeated Label labels = 5 [... through: "TaskLabel"]; }
//   tasks.Filter(TaskModel::labels.Any(LabelModel::name == "urgent"))
//       .OrderBy(TaskModel::labels.Count().Desc());
//
// Ownership: none; these are constants. Threads: safe to share. Blocking,
// errors: nothing here asks a database.
#ifndef MODELSERVICE_ORM_THROUGH_H_
#define MODELSERVICE_ORM_THROUGH_H_

#include <type_traits>
#include <utility>

#include "modelservice/aggregates.h"
#include "modelservice/orm/relation.h"

namespace modelservice {

// The rows of `To` that column `kTo` of rows of `Between` refers to, whose
// column `kFrom` refers to a row of `From`, which is a message or a Relation.
template <class From, class To, class Between, int kFrom, int kTo>
class ThroughRows {
  using First = typename internal::Ends<From>::First;

 public:
  // Whether one of them meets `condition`; without any, whether there is one.
  Condition<First> Any(const Condition<To>& condition = {}) const {
    return Condition<First>(Expression::Exists(Those(condition)));
  }
  // Whether none of them does.
  Condition<First> None(const Condition<To>& condition = {}) const {
    return !Any(condition);
  }
  // How many of them do.
  Counted<First> Count(const Condition<To>& condition = {}) const {
    Select select = Those(condition);
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
    Select select = Those(condition);
    select.columns = {aggregate.expression()};
    return Computed<First, T>(Expression::Subselect(std::move(select)));
  }
  static Select Those(const Condition<To>& condition) {
    return RelatedThrough(
        internal::WayTo<From>::Get(),
        *ModelOf<typename internal::Ends<From>::Last>::Get().table,
        *ModelOf<To>::Get().table, *ModelOf<Between>::Get().table, kFrom, kTo,
        condition.expression());
  }
};

// The same of a field that has the rows' keys.
template <class From, class To, class Between, int kFrom, int kTo>
class ThroughKeys : public ThroughRows<From, To, Between, kFrom, kTo> {};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_THROUGH_H_
