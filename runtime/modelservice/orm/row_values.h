// The values of one row on its way into the database.
//
//   RowValues values(model);
//   values.ReadForCreate(customer, absl::Now());
//   auto violations = validator.Check(values, columns);
//
// Views the message it read. Not thread-safe.
#ifndef MODELSERVICE_ORM_ROW_VALUES_H_
#define MODELSERVICE_ORM_ROW_VALUES_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"

namespace modelservice {

class RowValues {
 public:
  explicit RowValues(const Model& model)
      : model_(model), values_(model.table->columns.size()) {}

  // Every column as `message` holds it.
  void Read(const google::protobuf::Message& message);
  // As a new row: an absent field is its default, CREATE_TIME and UPDATE_TIME
  // are `now`, VERSION is 1, ETAG a new one, DELETE_TIME NULL. What a client
  // sends for an OUTPUT_ONLY field is ignored. The value of an auto_increment
  // key is the database's to give, that of one that is made the server's.
  void ReadForCreate(const google::protobuf::Message& message, absl::Time now,
                     bool from_client);
  // As a new value of an existing row: UPDATE_TIME is `now`, ETAG a new one,
  // and VERSION what is added to it.
  void ReadForUpdate(const google::protobuf::Message& message, absl::Time now);

  // These alone.
  void StampForUpdate(absl::Time now);

  // Takes the white space off what a client sent for columns that Trim, and in
  // a Django style writes addresses in one way; but for the key where that is
  // to find a row.
  void Clean(bool with_key);

  // Makes each what its column is to hold, once they are checked; of what has
  // no form there, kInvalid.
  void Store(absl::Span<const ColumnForm> forms);

  Value operator[](int column) const {
    return values_[static_cast<size_t>(column)];
  }
  void Set(int column, Value value) {
    values_[static_cast<size_t>(column)] = value;
  }
  // In the order of the table's key.
  std::vector<Value> Key() const;
  Row row() const { return Row(values_.data(), values_.size()); }

 private:
  // What a write gives a column of the role: of a VERSION, the first value and
  // what is added.
  Value StampOf(Role role, absl::Time now);

  const Model& model_;
  absl::InlinedVector<Value, 12> values_;
  TextArena arena_;
};

// In microseconds, the precision that every database keeps.
Value TimeStamp(absl::Time now);

// The same for one text.
std::string Cleaned(const Table& table, const Column& column,
                    absl::string_view text);

// `column`'s default_value as a Value; NULL when it has none. Views the column.
Value DefaultValue(const Column& column);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_ROW_VALUES_H_
