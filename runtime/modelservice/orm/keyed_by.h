// Rows by a column of theirs. query.h is the front of this.
#ifndef MODELSERVICE_ORM_KEYED_BY_H_
#define MODELSERVICE_ORM_KEYED_BY_H_

#include <map>
#include <utility>
#include <vector>

#include "modelservice/orm/from_value.h"
#include "modelservice/schema/model.h"
#include "modelservice/value.h"

namespace modelservice::internal {

// Without those that have NULL there.
template <class T, class Message>
std::map<typename StoredAs<T>::type, Message> KeyedBy(
    const Model& model, int column, std::vector<Message> messages) {
  std::map<typename StoredAs<T>::type, Message> by_value;
  for (Message& message : messages) {
    TextArena arena;
    typename StoredAs<T>::type key{};
    if (ReadInto(model.get(message, column, arena), &key)) {
      by_value.emplace(std::move(key), std::move(message));
    }
  }
  return by_value;
}

}  // namespace modelservice::internal

#endif  // MODELSERVICE_ORM_KEYED_BY_H_
