// Whether a message has a field.
#ifndef MODELSERVICE_BASE_IS_SET_H_
#define MODELSERVICE_BASE_IS_SET_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace modelservice {

// Whether it is present, not zero, or not empty.
inline bool IsSet(const google::protobuf::Message& message,
                  const google::protobuf::FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0
                             : reflection.HasField(message, &field);
}

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_IS_SET_H_
