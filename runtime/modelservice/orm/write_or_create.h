// Rows that are looked for, and made where they are not there: what Objects
// does with them, for any model.
#ifndef MODELSERVICE_ORM_WRITE_OR_CREATE_H_
#define MODELSERVICE_ORM_WRITE_OR_CREATE_H_

#include <google/protobuf/message.h>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/validator.h"

namespace modelservice {

// Makes `message` the row whose `columns` are as in it, or inserts it. Whether
// it was inserted. Of two callers at a time one inserts, where the columns are
// unique; else FAILED_PRECONDITION for more than one such row.
absl::StatusOr<bool> GetOrCreateRow(const Session& session,
                                    const Projection& projection,
                                    google::protobuf::Message* message,
                                    absl::Span<const int> columns,
                                    const Validator* rules);

// The same, but what `message` has set is written into the row that is there.
absl::StatusOr<bool> UpdateOrCreateRow(const Session& session,
                                       const Projection& projection,
                                       google::protobuf::Message* message,
                                       absl::Span<const int> columns,
                                       const Validator* rules);

// What of the message is written into the row that is there.
enum class Writing { kWhatIsSet, kAll };

// Updates the row whose `columns` are as in `message`, which becomes it, or
// inserts it. Whether it was inserted.
absl::StatusOr<bool> WriteOrCreate(const Session& session,
                                   const Projection& projection,
                                   google::protobuf::Message* message,
                                   absl::Span<const int> columns,
                                   const Validator* rules, Writing writing);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_WRITE_OR_CREATE_H_
