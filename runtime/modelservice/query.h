// The rows of a model, described step by step and read at the end.
//
//   modelservice::Objects<Customer> customers(db);
//   absl::StatusOr<std::vector<Customer>> page =
//       customers.Filter(CustomerModel::create_time > since)
//           .OrderBy(CustomerModel::id.Desc())
//           .Limit(20)
//           .All();
//
// or, for more rows than memory has room for, one by one:
//
//   auto rows = customers.Filter(CustomerModel::phone.IsNull()).Iterate();
//   for (Customer& customer : rows) Log(Severity::kInfo, customer.email());
//   if (!rows.status().ok()) return rows.status();
//
// A query is a value: each step gives a new one, and nothing is read before a
// method that returns a status. Those block; inside a transaction of the same
// database they are part of it. Errors are NOT_FOUND and FAILED_PRECONDITION
// where said, INVALID_ARGUMENT for a negative limit or offset, for values that
// no column can hold and for what is not computed of rows (aggregates of one,
// texts as numbers), DATA_LOSS for a row that makes no message, and
// database errors (db/error.h). Not thread-safe; copies are independent.
#ifndef MODELSERVICE_QUERY_H_
#define MODELSERVICE_QUERY_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/aggregates.h"
#include "modelservice/column.h"
#include "modelservice/orm/filling.h"
#include "modelservice/orm/groups.h"
#include "modelservice/orm/keyed_by.h"
#include "modelservice/orm/reading.h"
#include "modelservice/orm/row_reader.h"
#include "modelservice/orm/rows.h"

namespace modelservice {

template <class Message>
class Query {
 public:
  explicit Query(Session session, const Condition<Message>& condition = {})
      : session_(std::move(session)) {
    rows_.where = condition.expression();
  }

  // The rows that meet `condition` too. Comes before Limit and Offset, as
  // OrderBy does: INVALID_ARGUMENT, when read, behind them.
  Query Filter(const Condition<Message>& condition) const {
    return With(Narrowed(rows_, condition.expression()));
  }
  // The rows that do not meet `condition`.
  Query Exclude(const Condition<Message>& condition) const {
    return Filter(!condition);
  }
  // Replaces the order. A bare column is ascending. NULL comes first, last
  // when descending, unless NullsFirst() or NullsLast() says otherwise.
  template <class... Orders>
  Query OrderBy(const Orders&... orders) const {
    static_assert((internal::kIsOrder<Message, Orders> && ...),
                  "one of Orders is no column of the query's model (Message): "
                  "of rows that refer to it, take their Count()");
    return With(Ordered(rows_, {internal::ByOf<Message>(orders)...}));
  }
  Query OrderBy(const std::vector<Order<Message>>& orders) const {
    std::vector<modelservice::OrderBy> by;
    for (const auto& order : orders) by.push_back(order.by);
    return With(Ordered(rows_, std::move(by)));
  }
  // The opposite order; without one, that of the model's option.
  Query Reverse() const {
    return With(Reversed(*ModelOf<Message>::Get().table, rows_));
  }
  // At most `limit` rows, whatever was said before.
  Query Limit(int64_t limit) const { return With(Limited(rows_, limit)); }
  // Without the first `offset` rows, likewise.
  Query Offset(int64_t offset) const { return With(OffsetBy(rows_, offset)); }
  // Of Values: each different one once.
  Query Distinct() const {
    Query query = *this;
    query.rows_.distinct = true;
    return query;
  }
  // Reads these columns and the key, and leaves other fields unset.
  template <class... Columns>
  Query Only(const Columns&... columns) const {
    static_assert(internal::kAreColumns<Message, Columns...>,
                  "one of Columns is no column of the model (Message)");
    Query query = *this;
    query.rows_.unread = AllBut(*ModelOf<Message>::Get().table,
                                {internal::PositionOf<Message>(columns)...});
    return query;
  }
  // Reads all but these columns, if they are not of the key.
  template <class... Columns>
  Query Defer(const Columns&... columns) const {
    static_assert(internal::kAreColumns<Message, Columns...>,
                  "one of Columns is no column of the model (Message)");
    Query query = *this;
    query.rows_.unread =
        WithoutKey(*ModelOf<Message>::Get().table,
                   {internal::PositionOf<Message>(columns)...});
    return query;
  }
  // Of a model with a field of role DELETE_TIME: the rows that are deleted,
  // too, or these alone. What refers to a deleted row still finds none.
  Query WithDeleted() const {
    Query query = *this;
    query.rows_.deleted = Deleted::kShown;
    return query;
  }
  Query OnlyDeleted() const {
    Query query = *this;
    query.rows_.deleted = Deleted::kOnly;
    return query;
  }
  // Fills the fields at the ends of ways to the rows that these refer to, and
  // those on the way, by joins of the one statement:
  //
  //   orders.SelectRelated(OrderModel::customer.country, OrderModel::seller)
  //
  // A field stays unset where no row is referred to.
  template <class... Ways>
  Query SelectRelated(const Ways&...) const {
    constexpr bool joins =
        (internal::kIsJoin<typename internal::FillingBy<Ways>::Step> && ...);
    static_assert(joins,
                  "one of Ways leads to many rows, which is for Prefetch, or "
                  "is no way to other rows");
    static_assert(
        !joins || (internal::kFillsFrom<Ways, Message> && ...),
        "one of Ways is no way from the model (Message) that fills a field");
    Query query = *this;
    if constexpr (joins)
      (JoinRelated(internal::PathOf<Ways>(), &query.rows_), ...);
    return query;
  }
  // Fills the field at the end of a way, by one more statement, whatever the
  // number of rows, and those on the way in the same manner:
  //
  //   orders.Prefetch(OrderModel::items).Prefetch(OrderModel::customer.notes)
  template <class Way>
  Query Prefetch(const Way&) const {
    static_assert(internal::kIsWay<Way>, "this (Way) is no way to other rows");
    static_assert(internal::kFillsFrom<Way, Message>,
                  "this way (Way) is from another model than the query's "
                  "(Message), or fills no field of its message: give it one "
                  "with relation {}");
    Query query = *this;
    PrefetchRelated(internal::PathOf<Way>(), nullptr, &query.rows_);
    return query;
  }
  // And with those of the related rows that `which` means, in its order, and
  // what is read along with them:
  //
  //   customers.Prefetch(CustomerModel::orders,
  //                      orders.Filter(OrderModel::total > 100)
  //                          .Prefetch(OrderModel::items))
  //
  // Without an order, in that of their model. INVALID_ARGUMENT, when read, if
  // it has a limit or an offset.
  template <class Way, class Other>
  Query Prefetch(const Way&, const Query<Other>& which) const {
    static_assert(
        internal::kIsWay<Way> && internal::kFillsFrom<Way, Message>,
        "this (Way) is no way from the model (Message) that fills a field");
    static_assert(
        !internal::kIsWay<Way> ||
            std::is_same_v<typename internal::FillingBy<Way>::To, Other>,
        "the query is not of the rows (Other) that the way (Way) leads to");
    Query query = *this;
    PrefetchRelated(internal::PathOf<Way>(), &which.rows(), &query.rows_);
    return query;
  }
  // The rows of either. INVALID_ARGUMENT, when read, if one has a limit or an
  // offset, or one of them deleted rows and the other not, or if they are of
  // two tenants.
  template <class Other>
  Query Union(const Query<Other>& other) const {
    static_assert(std::is_same_v<Other, Message>,
                  "the other query is of another model (Other, Message)");
    return With(UnionOf(session_, rows_, other.session_, other.rows_));
  }

  // Locks the rows that are read until the transaction ends: others can neither
  // change nor delete them meanwhile, nor lock them (Django's
  // select_for_update). What somebody else has locked is waited for, left out
  // (kSkip) or an error at once (kFail: DatabaseError kBusy).
  // FAILED_PRECONDITION, when read, outside of a transaction that writes. On
  // SQLite that is alone already.
  Query ForUpdate(LockWait wait = LockWait::kWait) const {
    Query query = *this;
    query.rows_.lock = RowLock::kUpdate;
    query.rows_.lock_wait = wait;
    return query;
  }

  absl::StatusOr<std::vector<Message>> All() const { return AllOf(rows_); }
  // The only row; NOT_FOUND for none, FAILED_PRECONDITION for more than one.
  absl::StatusOr<Message> Get() const {
    auto found = AllOf(AtMost(2, rows_));
    if (!found.ok()) return found.status();
    if (found->size() == 1) return std::move(found->front());
    return NotOneRow(*ModelOf<Message>::Get().table, found->size());
  }
  // The first row in the order, or else in that of the model's option; none
  // when there is no row.
  absl::StatusOr<std::optional<Message>> First() const {
    RowSet first = AtMost(1, rows_);
    if (first.order.empty()) {
      const Table& table = *ModelOf<Message>::Get().table;
      first.order = OrderOf(table, table.ordering);
    }
    auto found = AllOf(first);
    if (!found.ok()) return found.status();
    if (found->empty()) return std::optional<Message>();
    return std::optional<Message>(std::move(found->front()));
  }
  // The last one. INVALID_ARGUMENT after Limit or Offset.
  absl::StatusOr<std::optional<Message>> Last() const {
    return Reverse().First();
  }
  // Calls `function` with each row, a Message&, in constant memory: Django's
  // iterator(). A status that it returns ends this and is its result, unless it
  // is OK. Outside of a transaction the rows are those of one moment; inside of
  // one they are read at first, as All does.
  template <class Function>
  absl::Status ForEach(Function&& function) const {
    RowReader reader(session_, ProjectionOf<Message>(), rows_);
    Message message;
    while (reader.Next(&message)) {
      if constexpr (std::is_void_v<decltype(function(message))>) {
        function(message);
      } else {
        absl::Status status = function(message);
        if (!status.ok()) return status;
      }
    }
    return reader.status();
  }
  // The same for a range-for, which may be left early.
  RowRange<Message> Iterate() const {
    return RowRange<Message>(
        std::make_unique<RowReader>(session_, ProjectionOf<Message>(), rows_));
  }
  // The rows whose `column`, which is unique, is among `values`, by it: it is
  // read though Only or Defer left it out. FAILED_PRECONDITION for a column
  // that is not unique, and after Limit or Offset.
  template <class T, class Name, class Keys>
  absl::StatusOr<std::map<typename internal::StoredAs<T>::type, Message>>
  InBulk(const TypedColumn<Message, T, Name>& column,
         const Keys& values) const {
    const Model& model = ModelOf<Message>::Get();
    auto status = CheckUnique(model, column.column());
    if (!status.ok()) return status;
    if (!rows_.is_whole()) return NeedsWholeSet("InBulk");
    Query query = Filter(column.In(values));
    std::vector<int>& unread = query.rows_.unread;
    unread.erase(std::remove(unread.begin(), unread.end(), column.column()),
                 unread.end());
    auto found = query.All();
    if (!found.ok()) return found.status();
    return internal::KeyedBy<T>(model, column.column(), *std::move(found));
  }

  // One tuple a row: of columns, and of what is computed of them. NULL is
  // std::nullopt.
  template <class... Parts>
  absl::StatusOr<
      std::vector<std::tuple<typename internal::ResultOf<Parts>::type...>>>
  Values(const Parts&... parts) const {
    static_assert((internal::IsOf<Message, Parts>() && ...),
                  "one of Parts is nothing of the query's model: see Message");
    std::vector<std::tuple<typename internal::ResultOf<Parts>::type...>> result;
    auto status =
        ReadValues(session_, *ModelOf<Message>::Get().table, rows_,
                   {internal::ExpressionOf(parts)...},
                   {[&](Row row) {
                      return internal::ReadParts(row, &result.emplace_back());
                    },
                    [&] { result.clear(); }});
    if (!status.ok()) return status;
    return result;
  }
  // What is computed of all rows together (aggregates.h).
  template <class... Parts>
  absl::StatusOr<std::tuple<typename internal::ResultOf<Parts>::type...>>
  Aggregate(const Parts&... parts) const {
    static_assert((internal::IsOf<Message, Parts>() && ...),
                  "one of Parts is nothing of the query's model: see Message");
    std::tuple<typename internal::ResultOf<Parts>::type...> result;
    auto status = ReadAggregates(
        session_, *ModelOf<Message>::Get().table, rows_,
        {internal::ExpressionOf(parts)...},
        {[&](Row row) { return internal::ReadParts(row, &result); }, [] {}});
    if (!status.ok()) return status;
    return result;
  }
  // The groups of rows in which `keys`, columns and what is computed of them,
  // are the same; then Having, OrderBy, Limit and Values of these.
  template <class... Keys>
  Groups<Message, Keys...> GroupBy(const Keys&... keys) const {
    static_assert((internal::IsOf<Message, Keys>() && ...),
                  "one of Keys is nothing of the query's model: see Message");
    return Groups<Message, Keys...>(session_, rows_, keys...);
  }

  absl::StatusOr<int64_t> Count() const {
    return CountRows(session_, ModelOf<Message>::Get(), rows_);
  }
  absl::StatusOr<bool> Exists() const {
    return AnyRow(session_, *ModelOf<Message>::Get().table, rows_);
  }
  // How the database would read the rows, in its own words.
  absl::StatusOr<std::string> Explain() const {
    return ExplainRows(session_, ProjectionOf<Message>(), rows_);
  }
  // Deletes the rows and says how many; `gone` has by table what followed them,
  // too. FAILED_PRECONDITION after Limit or Offset. A model with a field of
  // role DELETE_TIME keeps them: they are not there until Undelete. What refers
  // to them follows by its `on_delete`, in the same transaction and moment.
  absl::StatusOr<int64_t> Delete(RowsByTable* gone = nullptr) const {
    return DeleteRows(session_, ProjectionOf<Message>(), rows_, gone);
  }
  // Deletes the rows for good, whatever the model.
  absl::StatusOr<int64_t> Purge(RowsByTable* gone = nullptr) const {
    return PurgeRows(session_, ProjectionOf<Message>(), rows_, gone);
  }
  // Brings back the deleted ones of the rows, and what was deleted with them,
  // and says how many. A database error for a value that must be unique and is
  // not any more, and for a reference to what is not there.
  absl::StatusOr<int64_t> Undelete() const {
    return UndeleteRows(session_, ModelOf<Message>::Get(), rows_);
  }
  // Writes the same values into all of the rows, or what columns are set to of
  // their own, and says how many:
  //
  //   accounts.Filter(...).Update(AccountModel::balance.Set(
  //       AccountModel::balance - 60))
  //
  // The database does the arithmetic, so that concurrent updates add up.
  // FAILED_PRECONDITION after Limit or Offset.
  template <class... Assignments>
  absl::StatusOr<int64_t> Update(const Assignments&... assignments) const {
    constexpr bool fits =
        (std::is_same_v<Assignments, Assignment<Message>> && ...);
    static_assert(fits, "one is no Set(...) of Message: see Assignments");
    if constexpr (fits) {
      return UpdateRows(session_, ModelOf<Message>::Get(), rows_,
                        {{assignments.column, assignments.value}...});
    } else {
      return 0;
    }
  }

  const RowSet& rows() const { return rows_; }

 private:
  template <class Other>
  friend class Query;

  Query(const Session& session, RowSet rows)
      : session_(session), rows_(std::move(rows)) {}

  Query With(RowSet rows) const { return Query(session_, std::move(rows)); }

  static RowSet AtMost(int64_t limit, RowSet rows) {
    if (rows.limit.has_value() && *rows.limit < limit) return rows;
    return Limited(std::move(rows), limit);
  }

  absl::StatusOr<std::vector<Message>> AllOf(const RowSet& rows) const {
    std::vector<Message> messages;
    messages.reserve(ExpectedRows(rows));
    const auto next = [&messages] { return &messages.emplace_back(); };
    const auto restart = [&messages] { messages.clear(); };
    absl::Status status =
        ReadRows(session_, ProjectionOf<Message>(), rows, {next, restart});
    if (status.ok() && !rows.loads.empty()) {
      status = internal::FillAll(session_, rows.loads, &messages);
    }
    if (!status.ok()) return status;
    return messages;
  }

  Session session_;
  RowSet rows_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_QUERY_H_
