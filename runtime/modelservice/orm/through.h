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

#include "modelservice/orm/relation.h"

namespace modelservice {

// The rows of `To` that column `kTo` of rows of `Between` refers to, whose
// column `kFrom` refers to a row of `From`, which is a message or a Relation.
template <class From, class To, class Between, int kFrom, int kTo>
class ThroughRows
    : public internal::RowsOfOne<ThroughRows<From, To, Between, kFrom, kTo>,
                                 typename internal::Ends<From>::First, To> {
  friend class internal::RowsOfOne<ThroughRows,
                                   typename internal::Ends<From>::First, To>;

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
