// Which fields without a column ways fill: Query's SelectRelated and Prefetch.
#ifndef MODELSERVICE_ORM_FILLING_H_
#define MODELSERVICE_ORM_FILLING_H_

#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/orm/loading.h"
#include "modelservice/orm/relation.h"
#include "modelservice/orm/through.h"

namespace modelservice {

// The number of the field of a message that a way of one step fills; 0: none.
// Specialised by generated code.
template <class Way>
inline constexpr int kFilledField = 0;

namespace internal {

struct NoWay {
  using First = void;
  using Before = void;
  using To = void;
  using Step = void;
};
// A way is from the message First to rows of To; its last step, in the message
// Last, is Step, and what comes before that is Before.
template <class From, class To_, class Step_>
struct Filling {
  using First = typename Ends<From>::First;
  using Last = typename Ends<From>::Last;
  using Before = From;
  using To = To_;
  using Step = Step_;
};

NoWay FillingOf(...);
template <class From, class To, int kColumn>
Filling<From, To, Relation<typename Ends<From>::Last, To, kColumn>> FillingOf(
    const Relation<From, To, kColumn>&);
template <class From, class To, int kColumn>
Filling<From, To, RelatedRows<typename Ends<From>::Last, To, kColumn>>
FillingOf(const RelatedRows<From, To, kColumn>&);
template <class From, class To, class Between, int kFrom, int kTo>
Filling<From, To,
        ThroughRows<typename Ends<From>::Last, To, Between, kFrom, kTo>>
FillingOf(const ThroughRows<From, To, Between, kFrom, kTo>&);
template <class From, class To, class Between, int kFrom, int kTo>
Filling<From, To,
        ThroughKeys<typename Ends<From>::Last, To, Between, kFrom, kTo>>
FillingOf(const ThroughKeys<From, To, Between, kFrom, kTo>&);

template <class Way>
using FillingBy = decltype(FillingOf(std::declval<const Way&>()));

template <class Way>
inline constexpr bool kIsWay = !std::is_same_v<FillingBy<Way>, NoWay>;
template <class Step>
inline constexpr bool kIsJoin = false;
template <class From, class To, int kColumn>
inline constexpr bool kIsJoin<Relation<From, To, kColumn>> = true;

template <class Step>
inline constexpr bool kIsWritten = false;
template <class From, class To, int kColumn>
inline constexpr bool kIsWritten<RelatedRows<From, To, kColumn>> = true;
template <class From, class To, class Between, int kFrom, int kTo>
inline constexpr bool kIsWritten<ThroughKeys<From, To, Between, kFrom, kTo>> =
    true;

// Whether each step of it fills a field.
template <class Way>
constexpr bool Fills() {
  using Filling = FillingBy<Way>;
  if constexpr (!kIsWay<Way>) {
    return true;  // it is refused as none
  } else if constexpr (std::is_same_v<typename Filling::Before,
                                      typename Filling::First>) {
    return kFilledField<typename Filling::Step> != 0;
  } else {
    return kFilledField<typename Filling::Step> != 0 &&
           Fills<typename Filling::Before>();
  }
}
// And whether it begins at Message. True of what is no way, which is refused
// as that.
template <class Way, class Message>
constexpr bool kFillsFrom =
    !kIsWay<Way> ||
    (std::is_same_v<typename FillingBy<Way>::First, Message> && Fills<Way>());

template <class Way>
void AddSteps(std::vector<LoadStep>* path) {
  using Filling = FillingBy<Way>;
  constexpr int field = kFilledField<typename Filling::Step>;
  if constexpr (!std::is_same_v<typename Filling::Before,
                                typename Filling::First>) {
    AddSteps<typename Filling::Before>(path);
  }
  path->push_back({&ModelOf<typename Filling::Last>::Get(), field});
}

// What is not joined of them, into each.
template <class Message>
absl::Status FillAll(const Session& session,
                     const std::vector<RelatedLoad>& loads,
                     std::vector<Message>* messages) {
  std::vector<google::protobuf::Message*> pointers;
  pointers.reserve(messages->size());
  for (Message& message : *messages) pointers.push_back(&message);
  return FillRelated(session, ModelOf<Message>::Get(), loads, pointers);
}

// Of a way that leads on from a query's model and fills fields: whoever calls
// this has refused any other.
template <class Way>
std::vector<LoadStep> PathOf() {
  std::vector<LoadStep> path;
  if constexpr (kIsWay<Way>) AddSteps<Way>(&path);
  return path;
}

}  // namespace internal
}  // namespace modelservice

#endif  // MODELSERVICE_ORM_FILLING_H_
