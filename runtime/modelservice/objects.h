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
// one of that database; on a Transaction it is part of that.
//
// What is written is checked by the rules of the model's options first, as the
// standard methods do and in their words (validate.h). Django leaves that to
// full_clean; here it is on, and left out where one says so:
//
//   absl::Status taken =
//       customers.Create(&imported, modelservice::Validation::kSkip);
//
// What a column cannot hold is refused all the same, and the receivers of
// pre_save come before the check.
//
// Ownership: refers to its database or transaction, which outlives it. Threads:
// thread-safe on a Database; on a Transaction as that is. Cheap to make and to
// copy. Blocking: all but Rows, Filter, Exclude and OrderBy wait for the
// database; refused in words where code must not wait. Errors: as in Query,
// and INVALID_ARGUMENT with every violation at once, as google.rpc.BadRequest.
#ifndef MODELSERVICE_OBJECTS_H_
#define MODELSERVICE_OBJECTS_H_

#include <google/protobuf/field_mask.pb.h>

#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/orm/links.h"
#include "modelservice/orm/nested.h"
#include "modelservice/orm/raw_messages.h"
#include "modelservice/orm/saving.h"
#include "modelservice/orm/upsert.h"
#include "modelservice/orm/write_or_create.h"
#include "modelservice/query.h"
#include "modelservice/raw_query.h"
#include "modelservice/stale_row.h"
#include "modelservice/validate.h"

namespace modelservice {

template <class Message>
class Objects {
 public:
  explicit Objects(Database& database) : session_(database) {}
  explicit Objects(Transaction& transaction) : session_(transaction) {}

  // The same of one tenant's rows, of a model with a field of role TENANT:
  // nothing else is read, written, referred to or unique. In a call it is the
  // caller's; elsewhere FAILED_PRECONDITION where neither this nor AllTenants
  // says whose rows are meant.
  Objects ForTenant(absl::string_view tenant) const {
    return Objects(session_.Of(Tenant::Named(tenant)));
  }
  // The same of the rows of all; a new row says whose it is.
  Objects AllTenants() const { return Objects(session_.Of(Tenant::All())); }

  // Every row, in no order. With the three below it is described, and read
  // later: query.h.
  Query<Message> Rows() const { return Query<Message>(session_); }
  Query<Message> Filter(const Condition<Message>& condition) const {
    return Query<Message>(session_, condition);
  }
  Query<Message> Exclude(const Condition<Message>& condition) const {
    return Rows().Exclude(condition);
  }
  template <class... Orders>
  Query<Message> OrderBy(const Orders&... orders) const {
    return Rows().OrderBy(orders...);
  }
  // The only row that meets `condition`, as Query::Get: Django's
  // get(pk=...).
  //
  //   customers.Get(CustomerModel::id == 7);
  absl::StatusOr<Message> Get(const Condition<Message>& condition) const {
    return Filter(condition).Get();
  }
  // Reads every row, in no order.
  absl::StatusOr<std::vector<Message>> All() const { return Rows().All(); }
  // How many rows there are.
  absl::StatusOr<int64_t> Count() const { return Rows().Count(); }

  // The messages of what SQL of one's own reads (Django's raw): its rows have
  // the values of `columns`, in their order, or else of all columns of the
  // model, in that of its fields. Other fields are not set.
  //
  //   customers.Raw(db.Query("SELECT id, email FROM customer WHERE age > ?",
  //   9),
  //                 CustomerModel::id, CustomerModel::email);
  //
  // INVALID_ARGUMENT for rows of another number of values.
  template <class... Columns>
  absl::StatusOr<std::vector<Message>> Raw(const RawQuery& query,
                                           const Columns&... columns) const {
    static_assert(internal::kAreColumns<Message, Columns...>,
                  "one of Columns is no column of the model (Message)");
    const auto rows = query.Rows();
    if (!rows.ok()) return rows.status();
    std::vector<Message> messages;
    auto status = DecodeRows(session_, ProjectionOf<Message>(), *rows,
                             {internal::PositionOf<Message>(columns)...},
                             {[&] { return &messages.emplace_back(); }, [] {}});
    if (!status.ok()) return status;
    return messages;
  }

  // Inserts a row and updates `message` to what was stored; on an error it is
  // as it was. A key of a model with auto_increment is the database's to give.
  // INVALID_ARGUMENT by the rules; a database error (db/error.h) for a value
  // that must be unique and is not, for a reference to nothing, and so on.
  //
  // What it has of rows that refer to it, and of keys through a table in
  // between, is written too, in one transaction; faults of these have paths
  // like items[2].quantity. Of other rows it may have only what is not lost:
  // the one that it refers to, beside its key.
  absl::Status Create(Message* message,
                      Validation validation = Validation::kCheck) const {
    return InsertNested(session_, ProjectionOf<Message>(), message,
                        RulesFor(validation));
  }
  // Inserts many rows in one transaction by the database's fastest way, and
  // says how many: Django's bulk_create. All or none; the keys that the
  // database gives are not read back, and no signals are sent.
  // INVALID_ARGUMENT has the violations of the first message that has any, its
  // fields as "[2].email"; other errors are as in Create, and say which message
  // they are of (DatabaseError::row).
  absl::StatusOr<int64_t> BulkCreate(
      const std::vector<Message>& messages,
      Validation validation = Validation::kCheck) const {
    return InsertManyRows(
        session_, ModelOf<Message>::Get(), messages.size(),
        [&](size_t i) -> const google::protobuf::Message& {
          return messages[i];
        },
        RulesFor(validation));
  }
  // The same, and updates `messages` to what was stored, keys and all; on an
  // error they are as they were. Some hundred rows a statement, which takes the
  // database longer.
  template <class Messages>
  absl::StatusOr<int64_t> BulkCreate(
      Messages* messages, Validation validation = Validation::kCheck) const {
    static_assert(std::is_same_v<Messages, std::vector<Message>>,
                  "a std::vector of the model's messages (Message)");
    return InsertAndReadRows(
        session_, ProjectionOf<Message>(), messages->size(),
        [&](size_t i) -> google::protobuf::Message& { return (*messages)[i]; },
        RulesFor(validation));
  }
  // Writes every field of the row with the message's key, and updates `message`
  // to what was stored. Every field is checked, changed or not. NOT_FOUND when
  // there is no such row; ABORTED when somebody has changed it, by its VERSION
  // or ETAG (GetStaleRow, stale_row.h); other errors as in Create.
  absl::Status Update(Message* message,
                      Validation validation = Validation::kCheck) const {
    return UpdateNested(session_, ProjectionOf<Message>(), message, with_,
                        RulesFor(validation));
  }
  // Writes the fields that `mask` names, and what each write stamps
  // (UPDATE_TIME, VERSION, ETAG), of the row with the message's key: Django's
  // save(update_fields=...). Only these are checked; the rest of `message`
  // becomes what is stored. INVALID_ARGUMENT for a path that is no field of a
  // column, or the key's, and for none; "*" is every field. Other errors as
  // Update.
  //
  //   google::protobuf::FieldMask mask;
  //   mask.add_paths("email");
  //   customers.Update(&customer, mask);
  absl::Status Update(Message* message, const google::protobuf::FieldMask& mask,
                      Validation validation = Validation::kCheck) const {
    return UpdateMasked(session_, ProjectionOf<Message>(), message, mask,
                        RulesFor(validation));
  }
  // Updates the row with the message's key, or inserts it where there is none,
  // and says whether it was inserted: Django's save. A key that the database
  // counts is its own to give: NOT_FOUND for one that is not there, as for a
  // message with a VERSION or an ETAG. Other errors as Create and Update.
  absl::StatusOr<bool> Save(Message* message,
                            Validation validation = Validation::kCheck) const {
    return SaveMessage(session_, ProjectionOf<Message>(), message, with_,
                       RulesFor(validation));
  }
  // Has Update and Save write the field that `way` fills, which it leaves alone
  // otherwise: of the rows that refer to the message's, those with the key of
  // one are written into it, others are new, and what the message does not have
  // is removed, or kept.
  //
  //   orders.With(OrderModel::items).Update(&order);
  template <class Way>
  Objects With(const Way&, Missing missing = Missing::kRemove) const {
    using Step = typename internal::FillingBy<Way>::Step;
    static_assert(
        std::is_same_v<typename internal::FillingBy<Way>::Before, Message>,
        "a way (Way) of one step from the objects' model (Message)");
    static_assert(internal::kIsWritten<Step>,
                  "only rows that refer to the message's and keys through a "
                  "table in between are written with it, not this (Step)");
    static_assert(kFilledField<Step> != 0,
                  "this way (Way) fills no field of its message; give it one "
                  "with relation {}");
    Objects objects = *this;
    objects.with_.push_back(
        {&RelatedFieldOf(ModelOf<Message>::Get(), kFilledField<Step>),
         missing});
    return objects;
  }
  // Which rows the row of `message` leads to through a table in between: to
  // add some, to remove them (orm/links.h).
  template <class To, class Between, int kFrom, int kTo>
  LinkSet<To, Between, kTo> Links(
      const Message& message,
      const ThroughRows<Message, To, Between, kFrom, kTo>&) const {
    const Model& model = ModelOf<Message>::Get();
    const LinkWay way = {&model,
                         &ModelOf<To>::Get(),
                         &ModelOf<Between>::Get(),
                         kFrom,
                         kTo,
                         ModelOf<To>::Get().table->message};
    return {session_, way, KeyOf(model, message, way.own_key())};
  }
  // Makes `message` the row that is as it is in `columns`, or inserts it.
  // Whether it was inserted (Django's get_or_create):
  //
  //   customer.set_email("a@b.c");
  //   auto created = customers.GetOrCreate(&customer, CustomerModel::email);
  //
  // Of two callers at a time one inserts and the other gets the row, where the
  // columns are unique together; FAILED_PRECONDITION for more rows than one.
  template <class... Columns>
  absl::StatusOr<bool> GetOrCreate(Message* message,
                                   const Columns&... columns) const {
    static_assert(internal::kAreColumns<Message, Columns...>,
                  "one of Columns is no column of the model (Message)");
    return GetOrCreateRow(session_, ProjectionOf<Message>(), message,
                          {internal::PositionOf<Message>(columns)...},
                          RulesFor(Validation::kCheck));
  }
  // The same, but what `message` has set is written into the row that is there
  // (Django's update_or_create).
  template <class... Columns>
  absl::StatusOr<bool> UpdateOrCreate(Message* message,
                                      const Columns&... columns) const {
    static_assert(internal::kAreColumns<Message, Columns...>,
                  "one of Columns is no column of the model (Message)");
    return UpdateOrCreateRow(session_, ProjectionOf<Message>(), message,
                             {internal::PositionOf<Message>(columns)...},
                             RulesFor(Validation::kCheck));
  }
  // Inserts `message`, or writes all of it over the row with the same
  // `columns`, which are unique together, but for the key, CREATE_TIME and what
  // is IMMUTABLE: one statement, unless somebody listens to the model's
  // signals or a column may hold more than its field shows.
  template <class... Columns>
  absl::Status Upsert(Message* message, const Columns&... columns) const {
    static_assert(internal::kAreColumns<Message, Columns...>,
                  "one of Columns is no column of the model (Message)");
    return UpsertRow(session_, ProjectionOf<Message>(), message,
                     {internal::PositionOf<Message>(columns)...},
                     RulesFor(Validation::kCheck));
  }
  // Writes `columns` of the rows with the messages' keys, all or none, and says
  // how many there were (Django's bulk_update): some hundred by one statement,
  // but for rows that are read first, as a column may hold more than its field
  // shows, and where not all are there. Errors as in BulkCreate, and ABORTED as
  // in Update.
  template <class... Columns>
  absl::StatusOr<int64_t> BulkUpdate(const std::vector<Message>& messages,
                                     const Columns&... columns) const {
    static_assert(internal::kAreColumns<Message, Columns...>,
                  "one of Columns is no column of the model (Message)");
    return UpdateManyRows(
        session_, ModelOf<Message>::Get(), messages.size(),
        [&](size_t i) -> const google::protobuf::Message& {
          return messages[i];
        },
        {internal::PositionOf<Message>(columns)...},
        RulesFor(Validation::kCheck));
  }
  // Deletes the row with the message's key. NOT_FOUND when there is none,
  // ABORTED as in Update.
  absl::Status Delete(const Message& message) const {
    return DeleteRow(session_, ProjectionOf<Message>(), message);
  }

 private:
  explicit Objects(Session session) : session_(std::move(session)) {}

  static const Validator* RulesFor(Validation validation) {
    return validation == Validation::kCheck ? internal::ValidatorOf<Message>()
                                            : nullptr;
  }

  Session session_;
  std::vector<RelatedWrite> with_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_OBJECTS_H_
