// Rows that are written by what a message has of a key: all of them or some
// fields, there or not.
#ifndef MODELSERVICE_ORM_SAVING_H_
#define MODELSERVICE_ORM_SAVING_H_

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/orm/nested.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/validator.h"

namespace modelservice {

// UpdateNested of the row with the message's key, or InsertNested. Whether it
// was inserted.
absl::StatusOr<bool> SaveMessage(const Session& session,
                                 const Projection& projection,
                                 google::protobuf::Message* message,
                                 absl::Span<const RelatedWrite> writes,
                                 const Validator* rules);

// UpdateRow of the fields of the mask alone.
absl::Status UpdateMasked(const Session& session, const Projection& projection,
                          google::protobuf::Message* message,
                          const google::protobuf::FieldMask& mask,
                          const Validator* rules);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_SAVING_H_
