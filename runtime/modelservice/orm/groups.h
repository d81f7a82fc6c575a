// What Query::GroupBy gives. query.h is the front of this.
#ifndef MODELSERVICE_ORM_GROUPS_H_
#define MODELSERVICE_ORM_GROUPS_H_

#include <cstdint>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/column.h"
#include "modelservice/orm/from_value.h"
#include "modelservice/orm/reading.h"

namespace modelservice {

// The groups of a query's rows in which `Keys` are the same. A value, as Query
// is.
template <class Message, class... Keys>
class Groups {
 public:
  Groups(Session session, RowSet rows, const Keys&... keys)
      : session_(session),
        rows_(std::move(rows)),
        keys_({internal::ExpressionOf(keys)...}) {}

  // Those that `condition` holds of, which may be about aggregates.
  Groups Having(const Condition<Message>& condition) const {
    Groups groups = *this;
    groups.having_ = groups.having_ && condition.expression();
    return groups;
  }
  // By keys and aggregates.
  template <class... Orders>
  Groups OrderBy(const Orders&... orders) const {
    static_assert((internal::kIsOrder<Message, Orders> && ...),
                  "one of Orders is no order of groups of the model (Message)");
    Groups groups = *this;
    groups.groups_.order = {internal::ByOf<Message>(orders)...};
    return groups;
  }
  Groups Limit(int64_t limit) const {
    Groups groups = *this;
    groups.groups_ = Limited(groups_, limit);
    return groups;
  }
  Groups Offset(int64_t offset) const {
    Groups groups = *this;
    groups.groups_ = OffsetBy(groups_, offset);
    return groups;
  }

  // The keys of each group, and `values` of it.
  template <class... Parts>
  absl::StatusOr<
      std::vector<std::tuple<typename internal::ResultOf<Keys>::type...,
                             typename internal::ResultOf<Parts>::type...>>>
  Values(const Parts&... values) const {
    static_assert((internal::IsOf<Message, Parts>() && ...),
                  "one of Parts is nothing of the query's model: see Message");
    std::vector<std::tuple<typename internal::ResultOf<Keys>::type...,
                           typename internal::ResultOf<Parts>::type...>>
        result;
    std::vector<Expression> all = keys_;
    all.insert(all.end(), {internal::ExpressionOf(values)...});
    auto status =
        ReadGroups(session_, *ModelOf<Message>::Get().table, rows_,
                   keys_.size(), std::move(all), having_, groups_,
                   {[&](Row row) {
                      return internal::ReadParts(row, &result.emplace_back());
                    },
                    [&] { result.clear(); }});
    if (!status.ok()) return status;
    return result;
  }

 private:
  Session session_;
  RowSet rows_;
  std::vector<Expression> keys_;
  Expression having_;
  RowSet groups_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_GROUPS_H_
