// The rows in between of many-to-many relations: which rows a row leads to.
//
//   tasks.Links(task, TaskModel::labels).Add({urgent.id(), blue.id()});
//   tasks.Links(task, TaskModel::labels).Set({urgent});   // and no other
//
// Each is a transaction, or part of the one around it.
#ifndef MODELSERVICE_ORM_LINKS_H_
#define MODELSERVICE_ORM_LINKS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/through.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

// From a row of `model` through columns `from` and `to` of `between` to rows of
// `target`.
struct LinkWay {
  const Model* model;
  const Model* target;
  const Model* between;
  int from;
  int to;
  absl::string_view field;  // what errors call it

  // The column of `model` that rows in between refer to, and that of `target`.
  int own_key() const;
  int target_key() const;
};

// Makes rows in between for those of `keys` that have none, and says how many.
// INVALID_ARGUMENT, naming them, for keys of no row.
absl::StatusOr<int64_t> AddLinks(const Session& session, const LinkWay& way,
                                 const Literal& own,
                                 absl::Span<const Literal> keys);
// Deletes those of `keys`, and says how many there were.
absl::StatusOr<int64_t> RemoveLinks(const Session& session, const LinkWay& way,
                                    const Literal& own,
                                    absl::Span<const Literal> keys);
// Has exactly those of `keys`.
absl::Status SetLinks(const Session& session, const LinkWay& way,
                      const Literal& own, absl::Span<const Literal> keys);
absl::StatusOr<int64_t> ClearLinks(const Session& session, const LinkWay& way,
                                   const Literal& own);

// A row's own key, or another column of it, for the functions above.
Literal KeyOf(const Model& model, const google::protobuf::Message& row,
              int column);

// The key of a row of `To`, or the row.
template <class To, class Between, int kTo>
class LinkKey {
 public:
  template <class Number, std::enable_if_t<std::is_integral_v<Number>, int> = 0>
  LinkKey(Number key)  // NOLINT(google-explicit-constructor)
      : key(Value::Integer(static_cast<int64_t>(key))) {}
  template <class Text,
            std::enable_if_t<std::is_convertible_v<Text, absl::string_view>,
                             char> = 0>
  LinkKey(const Text& key)  // NOLINT(google-explicit-constructor)
      : key(Value::Text(key)) {}
  LinkKey(const To& row)  // NOLINT(google-explicit-constructor)
      : key(KeyOf(ModelOf<To>::Get(), row,
                  KeyReferredTo(*ModelOf<Between>::Get().table, kTo,
                                *ModelOf<To>::Get().table))) {}

  Literal key;
};

// What one row leads to: Objects::Links.
template <class To, class Between, int kTo>
class LinkSet {
 public:
  using Key = LinkKey<To, Between, kTo>;

  LinkSet(const Session& session, const LinkWay& way, Literal own)
      : session_(session), way_(way), own_(std::move(own)) {}

  // To these too. How many are new. INVALID_ARGUMENT for a key of no row.
  absl::StatusOr<int64_t> Add(const std::vector<Key>& keys) const {
    return AddLinks(session_, way_, own_, Literals(keys));
  }
  // To these no more. How many there were.
  absl::StatusOr<int64_t> Remove(const std::vector<Key>& keys) const {
    return RemoveLinks(session_, way_, own_, Literals(keys));
  }
  // To these and no others.
  absl::Status Set(const std::vector<Key>& keys) const {
    return SetLinks(session_, way_, own_, Literals(keys));
  }
  // To none. How many there were.
  absl::StatusOr<int64_t> Clear() const {
    return ClearLinks(session_, way_, own_);
  }

 private:
  static std::vector<Literal> Literals(const std::vector<Key>& keys) {
    std::vector<Literal> literals;
    for (const Key& key : keys) literals.push_back(key.key);
    return literals;
  }

  Session session_;
  LinkWay way_;
  Literal own_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_LINKS_H_
