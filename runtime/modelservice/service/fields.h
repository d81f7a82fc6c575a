// Moves fields between messages of different or equal types, by descriptor.
#ifndef MODELSERVICE_SERVICE_FIELDS_H_
#define MODELSERVICE_SERVICE_FIELDS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/types/span.h"
#include "modelservice/schema/model.h"

namespace modelservice {

// The descriptor of a column's field.
const google::protobuf::FieldDescriptor& FieldOf(const Model& model,
                                                 int column);

// Sets `to` in `target` from `from` in `source`; absent clears it. The types
// are equal, or one is the wrapper of the other. With `zero_is_set` what has no
// presence is never absent.
void CopyField(const google::protobuf::Message& source,
               const google::protobuf::FieldDescriptor& from,
               google::protobuf::Message* target,
               const google::protobuf::FieldDescriptor& to,
               bool zero_is_set = false);

// Sets `to` in `target` from element `i` of `from`, a list of scalars of the
// same type.
void CopyElement(const google::protobuf::Message& source,
                 const google::protobuf::FieldDescriptor& from, int i,
                 google::protobuf::Message* target,
                 const google::protobuf::FieldDescriptor& to);

// Makes of the strings in the fields of `columns` what RowValues::Clean does.
void CleanFields(const Model& model, absl::Span<const int> columns,
                 google::protobuf::Message* message);

// Makes each of `columns` in `target` what it is in `source`, absent too. Both
// are of the model's type. A member of a oneof brings the whole oneof.
void CopyColumns(const Model& model, absl::Span<const int> columns,
                 const google::protobuf::Message& source,
                 google::protobuf::Message* target);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_FIELDS_H_
