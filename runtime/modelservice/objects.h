// A model's rows: Django's `Model.objects`.
//
//   modelservice::Objects<Customer> customers(db);
//   Customer customer;
//   customer.set_email("a@b.c");
//   absl::Status created = customers.Create(&customer);  // has its id now
//   absl::StatusOr<Customer> found =
//       customers.Filter(CustomerModel::email == "a@b.c").Get();
//
// On a Database each call is its own transaction, unless the thread is inside
// one of that database; on a Transaction it is part of that. Values are checked
// against what their columns can hold, not against the rules of the options,
// which are the service's to check. Errors are as in Query. Cheap to make;
// thread-safe on a Database.
#ifndef MODELSERVICE_OBJECTS_H_
#define MODELSERVICE_OBJECTS_H_

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/query.h"

namespace modelservice {

template <class Message>
class Objects {
 public:
  explicit Objects(Database& database) : session_(database) {}
  explicit Objects(Transaction& transaction) : session_(transaction) {}

  // Every row, in no order.
  Query<Message> Rows() const { return Query<Message>(session_); }
  Query<Message> Filter(const Condition<Message>& condition) const {
    return Rows().Filter(condition);
  }
  Query<Message> Exclude(const Condition<Message>& condition) const {
    return Rows().Exclude(condition);
  }
  template <class... Orders>
  Query<Message> OrderBy(const Orders&... orders) const {
    return Rows().OrderBy(orders...);
  }
  absl::StatusOr<std::vector<Message>> All() const { return Rows().All(); }
  absl::StatusOr<int64_t> Count() const { return Rows().Count(); }

  // Inserts a row and updates `message` to what was stored. A key of a model
  // with auto_increment is the database's to give.
  absl::Status Create(Message* message) const {
    return InsertRow(session_, ProjectionOf<Message>(), message);
  }
  // Inserts many rows in one transaction by the database's fastest way, and
  // says how many: Django's bulk_create. The keys that the database gives are
  // not read back.
  absl::StatusOr<int64_t> BulkCreate(
      const std::vector<Message>& messages) const {
    return InsertManyRows(session_, ModelOf<Message>::Get(), messages.size(),
                          [&](size_t i) -> const google::protobuf::Message& {
                            return messages[i];
                          });
  }
  // Writes every field of the row with the message's key. NOT_FOUND when there
  // is none.
  absl::Status Update(Message* message) const {
    return UpdateRow(session_, ProjectionOf<Message>(), message);
  }
  // Deletes the row with the message's key. NOT_FOUND when there is none.
  absl::Status Delete(const Message& message) const {
    return DeleteRow(session_, ProjectionOf<Message>(), message);
  }

 private:
  Session session_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_OBJECTS_H_
