// What is computed of many rows: for Query::Aggregate and GroupBy.
//
//   auto totals = customers.Rows().Aggregate(
//       Count<Customer>(), Max(CustomerModel::create_time));
//   // absl::StatusOr<std::tuple<int64_t, std::optional<absl::Time>>>
//
//   auto teams = customers.Rows()
//                    .GroupBy(CustomerModel::team)
//                    .Having(Count<Customer>() > 1)
//                    .Values(Count<Customer>());
//
// Each is an operand as columns are: it is compared, computed with and ordered
// by. NULL does not count; of no values, all but Count are NULL. Sums of whole
// numbers are int64_t, OUT_OF_RANGE past it; those of decimals are exact,
// and their means have sixteen digits that count, or more.
//
// Ownership: none. Threads: immutable, and safe to share. Blocking, errors:
// nothing here asks a database.
#ifndef MODELSERVICE_AGGREGATES_H_
#define MODELSERVICE_AGGREGATES_H_

#include <cstdint>
#include <string>
#include <type_traits>

#include "absl/time/time.h"
#include "modelservice/orm/from_value.h"
#include "modelservice/orm/operand.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

namespace internal {

template <class T>
constexpr bool kHasSum = kIsNumber<T> || std::is_same_v<T, std::string> ||
                         std::is_same_v<T, absl::Duration>;
template <class T>
constexpr bool kHasExtremes =
    !std::is_same_v<T, bool> && !std::is_same_v<T, Json> &&
    !std::is_same_v<T, Bytes>;

// Of a float, too, in doubles.
template <class S, class M, class T>
Expression Summand(const Operand<S, M, T>& of) {
  return std::is_same_v<T, float>
             ? Expression::Cast(of.expression(), CastType::kReal)
             : of.expression();
}

template <class T>
using SumOfMany = std::conditional_t<
    kIsInteger<T>, int64_t,
    std::conditional_t<std::is_floating_point_v<T>, double, T>>;
template <class T>
using MeanOfMany = std::conditional_t<std::is_same_v<T, absl::Duration> ||
                                          std::is_same_v<T, std::string>,
                                      T, double>;

template <class S, class M, class T>
Computed<M, T> Extreme(AggregateFunction function, const Operand<S, M, T>& of) {
  return Computed<M, T>(Expression::Aggregate(function, of.expression()));
}

}  // namespace internal

// How many rows.
template <class Message>
Counted<Message> Count() {
  return Counted<Message>(Expression::CountRows());
}
// In how many it is not NULL.
template <class S, class M, class T>
Counted<M> Count(const internal::Operand<S, M, T>& of) {
  return Counted<M>(
      Expression::Aggregate(AggregateFunction::kCount, of.expression()));
}
// How many different values it has.
template <class S, class M, class T>
Counted<M> CountDistinct(const internal::Operand<S, M, T>& of) {
  return Counted<M>(Expression::Aggregate(AggregateFunction::kCount,
                                          of.expression(), /*distinct=*/true));
}
template <class S, class M, class T>
Computed<M, internal::SumOfMany<T>> Sum(const internal::Operand<S, M, T>& of) {
  static_assert(internal::kHasSum<T>,
                "only numbers, decimals and durations add up: see S and T");
  return Computed<M, internal::SumOfMany<T>>(
      Expression::Aggregate(AggregateFunction::kSum, internal::Summand(of)));
}
template <class S, class M, class T>
Computed<M, internal::MeanOfMany<T>> Avg(const internal::Operand<S, M, T>& of) {
  static_assert(internal::kHasSum<T>,
                "only numbers, decimals and durations add up: see S and T");
  return Computed<M, internal::MeanOfMany<T>>(Expression::Aggregate(
      AggregateFunction::kAverage, internal::Summand(of)));
}
template <class S, class M, class T>
Computed<M, T> Min(const internal::Operand<S, M, T>& of) {
  static_assert(internal::kHasExtremes<T>,
                "of truth values, bytes and JSON there is no least and no "
                "greatest: see S and T");
  return internal::Extreme(AggregateFunction::kMin, of);
}
template <class S, class M, class T>
Computed<M, T> Max(const internal::Operand<S, M, T>& of) {
  static_assert(internal::kHasExtremes<T>,
                "of truth values, bytes and JSON there is no least and no "
                "greatest: see S and T");
  return internal::Extreme(AggregateFunction::kMax, of);
}

}  // namespace modelservice

#endif  // MODELSERVICE_AGGREGATES_H_
