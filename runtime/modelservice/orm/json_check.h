// Whether ProtoJSON can say what a message holds: it has no unknown fields, no
// field mask of `foo_Bar`, no malformed text, and more, all of which protobuf
// would leave out or change without a word.
//
//   JsonCheck check;
//   if (!check.Passes(message, field)) Refuse(check.path(), check.reason());
//
// Not thread-safe.
#ifndef MODELSERVICE_ORM_JSON_CHECK_H_
#define MODELSERVICE_ORM_JSON_CHECK_H_

#include <google/protobuf/any.pb.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/orm/json_shape.h"

namespace modelservice {

constexpr absl::string_view kNoJson = "This value has no JSON form.";

class JsonCheck {
 public:
  // Of one field that is set, singular or repeated. Once.
  bool Passes(const google::protobuf::Message& message,
              const google::protobuf::FieldDescriptor& field);

  // Where the fault is, below the field: `[2].x`; and what it is.
  const std::string& path() const { return path_; }
  absl::string_view reason() const { return reason_; }

  // Of a field that passes: it holds a -0.0, which readers take for 0; what is
  // written must be read to know that it says the same.
  bool has_negative_zero() const { return has_negative_zero_; }
  bool reads_back() const { return reads_back_; }

 private:
  using Message = google::protobuf::Message;
  using Field = google::protobuf::FieldDescriptor;

  bool CheckMessage(const Message& message, const JsonShape& shape, int levels);
  bool CheckPart(const Message& message, const JsonShape::Part& part,
                 int levels);
  bool CheckElements(const Message& message, const JsonShape::Part& part,
                     int levels);
  bool CheckElement(const Message& message, const JsonShape::Part& part,
                    int index, int levels);
  bool CheckReal(double real);
  bool CheckText(absl::string_view text);
  bool CheckAny(const Message& message, int levels);
  bool Fail(absl::string_view reason);

  std::string path_;
  absl::string_view reason_;
  bool has_negative_zero_ = false;
  bool reads_back_ = false;
};

// The message inside of `any`; null when its type is not known here, or its
// bytes are none of it.
std::unique_ptr<google::protobuf::Message> ContentOf(
    const google::protobuf::Any& any);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_JSON_CHECK_H_
