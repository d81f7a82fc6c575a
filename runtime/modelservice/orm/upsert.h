// Rows that are written over or are made by one statement, and many rows that
// are updated: what Objects does with them, for any model.
#ifndef MODELSERVICE_ORM_UPSERT_H_
#define MODELSERVICE_ORM_UPSERT_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/validator.h"

namespace modelservice {

// Inserts `message`, or writes it over the row with the same `columns`, which
// are unique together: all but its key, CREATE_TIME and what is IMMUTABLE. One
// statement, but for signals and for columns that may hold more than they show.
absl::Status UpsertRow(const Session& session, const Projection& projection,
                       google::protobuf::Message* message,
                       absl::Span<const int> columns, const Validator* rules);

// Writes `columns` of the rows with the messages' keys, all or none, and says
// how many there were. The error of one row has its number.
absl::StatusOr<int64_t> UpdateManyRows(
    const Session& session, const Model& model, size_t count,
    absl::FunctionRef<const google::protobuf::Message&(size_t)> get,
    absl::Span<const int> columns, const Validator* rules);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_UPSERT_H_
