// What Query and Objects do, for any model: the part that needs no template.
#ifndef MODELSERVICE_ORM_ROWS_H_
#define MODELSERVICE_ORM_ROWS_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/validator.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {

// Where a query's rows go: what `next` gives for each, and, when the statement
// starts anew, what is there after `restart`.
struct MessageTarget {
  absl::FunctionRef<google::protobuf::Message*()> next;
  absl::FunctionRef<void()> restart;
};

// The codec of rows of the live table; none where it is the projection's own.
std::optional<RowCodec> LiveCodecOf(const Projection& projection,
                                    const LiveTable& live);

// The same of the rows and of what is joined to them.
std::optional<RowCodec> LiveCodecOf(const Projection& projection,
                                    const LiveRows& live);

// The rows, and what is joined to them, as the live tables have them.
absl::StatusOr<LiveRows> LiveMessagesOf(const Session& session,
                                        const Projection& projection,
                                        const RowSet& rows);

// SELECT the messages of the rows, with what is joined to them: NULL for the
// columns that are not read.
Select SelectMessages(const Projection& projection, const RowSet& rows);

// Decodes each row into a message, in which what is joined is there and what
// else is to be read along is not (loading.h). FAILED_PRECONDITION for rows to
// be locked outside of a transaction that writes.
absl::Status ReadRows(const Session& session, const Projection& projection,
                      const RowSet& rows, const MessageTarget& next);

// How many rows; a limit and an offset are taken into account.
absl::StatusOr<int64_t> CountRows(const Session& session, const Model& model,
                                  const RowSet& rows);

// How many rows were deleted: of a model with a DELETE_TIME they are hidden
// (orm/hide.h), and those are left out that are hidden already.
// FAILED_PRECONDITION for rows with a limit or an offset, which SQL cannot
// delete. `gone`, if it is not null, has those that followed them, too.
absl::StatusOr<int64_t> DeleteRows(const Session& session,
                                   const Projection& projection,
                                   const RowSet& rows,
                                   RowsByTable* gone = nullptr);
// The same, but they are gone.
absl::StatusOr<int64_t> PurgeRows(const Session& session,
                                  const Projection& projection,
                                  const RowSet& rows,
                                  RowsByTable* gone = nullptr);
// Shows what DeleteRows has hidden, of `rows`, and says how many rows.
absl::StatusOr<int64_t> UndeleteRows(const Session& session, const Model& model,
                                     const RowSet& rows);

// What one column becomes.
struct ColumnChange {
  int column;
  Expression value;
};

// How many rows were changed; likewise.
absl::StatusOr<int64_t> UpdateRows(const Session& session, const Model& model,
                                   const RowSet& rows,
                                   absl::Span<const ColumnChange> changes);

// Inserts `message` as a row and reads back what was stored: the key that the
// database gave, defaults and times. INVALID_ARGUMENT with every fault by
// `rules`, if they are not null, and for a value that its column cannot hold;
// else a database error.
absl::Status InsertRow(const Session& session, const Projection& projection,
                       google::protobuf::Message* message,
                       const Validator* rules);

// Inserts the messages that `get` gives for 0 to `count` - 1, all or none, and
// says how many; what the database gives to a row is not read back. The faults
// are those of the first row that has any.
absl::StatusOr<int64_t> InsertManyRows(
    const Session& session, const Model& model, size_t count,
    absl::FunctionRef<const google::protobuf::Message&(size_t)> get,
    const Validator* rules);
// The same, and each becomes what was stored; on an error all are as they were.
absl::StatusOr<int64_t> InsertAndReadRows(
    const Session& session, const Projection& projection, size_t count,
    absl::FunctionRef<google::protobuf::Message&(size_t)> get,
    const Validator* rules);

// Runs a statement that gives rows of the live table, and decodes each.
absl::Status RunReading(const Session& session, const Projection& projection,
                        const LiveTable& live, Statement statement,
                        const MessageTarget& target);

// Writes every field of the row with `message`'s key and reads it back.
// INVALID_ARGUMENT as InsertRow; NOT_FOUND when there is no such row; ABORTED
// (stale_row.h) when its VERSION or ETAG is another one than the message's.
absl::Status UpdateRow(const Session& session, const Projection& projection,
                       google::protobuf::Message* message,
                       const Validator* rules);

// The same of some columns alone; of the others `message` becomes what is
// stored, before receivers of the model's signals see it.
absl::Status UpdateColumnsOf(const Session& session,
                             const Projection& projection,
                             google::protobuf::Message* message,
                             absl::Span<const int> columns,
                             const Validator* rules);

// Deletes the row with `message`'s key. NOT_FOUND when there is none, ABORTED
// as UpdateRow.
absl::Status DeleteRow(const Session& session, const Projection& projection,
                       const google::protobuf::Message& message);

// INVALID_ARGUMENT, naming the field, for a value that no column can hold.
// `path`, like "[2].", stands before the field in place of the model.
absl::Status CheckValues(const Model& model, const RowValues& values,
                         absl::string_view path = {});

// And makes the values those that the live table's columns are to hold, checked
// in the same way.
absl::Status StoreValues(const Model& model, const LiveTable& live,
                         RowValues* values, absl::string_view path = {});

// "Customer: 99 not found!"; the parts of a composite key with commas between.
absl::Status RowNotFound(const Table& table, absl::Span<const Value> key);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_ROWS_H_
