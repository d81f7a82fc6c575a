// The path of a field in a request, as options write it: "user.id".
//
//   absl::StatusOr<RequestPath> path =
//       RequestPath::Find(*method.request().GetDescriptor(), "user.id");
//   std::string id = path->Text(request);
//
// Found once, when the server starts; then immutable. The descriptor outlives
// it.
#ifndef MODELSERVICE_GUARD_REQUEST_PATH_H_
#define MODELSERVICE_GUARD_REQUEST_PATH_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

class RequestPath {
 public:
  // INVALID_ARGUMENT, naming the message and its fields, when `path` leads
  // nowhere, through or to a repeated field, or to a message or a
  // floating-point number.
  static absl::StatusOr<RequestPath> Find(
      const google::protobuf::Descriptor& request, absl::string_view path);

  bool is_integer() const;

  // The field's value: text and bytes as they are, numbers in decimal, an enum
  // by its number. Empty where it, or a message on the way, is not set; a field
  // without presence is always set.
  std::string Text(const google::protobuf::Message& request) const;
  // Of an integer field; none where Text is empty. What does not fit into 63
  // bits is the largest number that does.
  std::optional<int64_t> Integer(
      const google::protobuf::Message& request) const;

 private:
  // The message that holds the last field; null when there is none.
  const google::protobuf::Message* Parent(
      const google::protobuf::Message& request) const;

  std::vector<const google::protobuf::FieldDescriptor*> fields_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_REQUEST_PATH_H_
