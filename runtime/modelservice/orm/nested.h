// Rows that are written with the one that they refer to, in one transaction:
// an order with its items.
//
//   Order order = ...;                            // with two items
//   orders.Create(&order);                        // three rows
//   order.mutable_items()->DeleteSubrange(0, 1);
//   orders.With(OrderModel::items).Update(&order) // one item is removed
//
// Functions of the caller's thread; they wait for the database.
#ifndef MODELSERVICE_ORM_NESTED_H_
#define MODELSERVICE_ORM_NESTED_H_

#include <google/protobuf/message.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/base/status_details.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/validator.h"
#include "modelservice/schema/model.h"

namespace modelservice {

// What an Update does with related rows that its message does not have.
enum class Missing { kRemove, kKeep };

// A field without a column that is written: of kBack or kKeys.
struct RelatedWrite {
  const RelatedField* field;
  Missing missing = Missing::kRemove;
};

struct NestedRules {
  // Whether rows are checked by the rules of their models.
  bool check = true;
  // Whether a client sent them: what it may not decide is ignored.
  bool from_client = false;
  // Called with each row before it is written, if there is one.
  std::function<absl::Status(const Model&, google::protobuf::Message*)> prepare;
  // Says what was wrong with the row at `path` of the message that it lies in,
  // or, without `has_fields`, with those that are made of the keys there.
  // Without one, as it came.
  std::function<absl::Status(const Model&, absl::string_view path,
                             bool has_fields, const absl::Status& fault)>
      explain;
};

// Makes the field of a column what `value` is, which is a value of its own.
absl::Status SetColumn(const Model& model, int column, Value value,
                       google::protobuf::Message* row);

// Those that have anything in `message`.
std::vector<RelatedWrite> SetIn(const Model& model,
                                const google::protobuf::Message& message);

// Every fault of the related rows in `message` that their models' rules know,
// by paths like items[2].quantity.
std::vector<Violation> CheckNested(const google::protobuf::Message& message,
                                   absl::Span<const RelatedWrite> writes,
                                   bool from_client);

// What only the database knows: keys in these fields that are no row's.
std::vector<Violation> CheckLinks(const Session& session, const Model& model,
                                  const google::protobuf::Message& message,
                                  absl::Span<const RelatedWrite> writes);

// Writes what `given` has in these fields for the row `stored`, which is new or
// not, and puts what was stored into them there. Rows are those with the same
// key, or new; each by its own statement. Inside of a transaction.
// INVALID_ARGUMENT for a key of no row of this one's, and for any row where
// this one is NULL in what they would refer to.
absl::Status WriteNested(const Session& session, const Model& model,
                         const google::protobuf::Message& given,
                         absl::Span<const RelatedWrite> writes, bool is_new,
                         const NestedRules& rules,
                         google::protobuf::Message* stored);

// InsertRow and UpdateRow with these, in one transaction.
absl::Status InsertNested(const Session& session, const Projection& projection,
                          google::protobuf::Message* message,
                          const Validator* rules);
absl::Status UpdateNested(const Session& session, const Projection& projection,
                          google::protobuf::Message* message,
                          absl::Span<const RelatedWrite> writes,
                          const Validator* rules);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_NESTED_H_
