// From the fields of a message to the values of columns: what generated code
// calls, one line for each column.
//
// A value that the column cannot hold without loss comes back as kInvalid with
// the reason. Values view the message or the arena.
#ifndef MODELSERVICE_ORM_TO_VALUE_H_
#define MODELSERVICE_ORM_TO_VALUE_H_

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <limits>

#include "absl/strings/string_view.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/value.h"

namespace modelservice {

inline Value ToValue(bool value) { return Value::Integer(value ? 1 : 0); }
inline Value ToValue(int32_t value) { return Value::Integer(value); }
inline Value ToValue(uint32_t value) { return Value::Integer(value); }
inline Value ToValue(int64_t value) { return Value::Integer(value); }
inline Value ToValue(uint64_t value) {
  if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return Value::Invalid(
        "Ensure this value is less than or equal to 9223372036854775807.");
  }
  return Value::Integer(static_cast<int64_t>(value));
}
inline Value ToValue(float value) { return Value::Real(Widened(value)); }
inline Value ToValue(double value) { return Value::Real(value); }
// In the range of google.protobuf.Timestamp, 0001-01-01 to 9999-12-31.
Value ToValue(const google::protobuf::Timestamp& time);
// In the range of google.protobuf.Duration, with one sign.
bool IsInRange(const google::protobuf::Duration& duration);
constexpr absl::string_view kDurationRange = "Duration has wrong range.";
constexpr absl::string_view kWholeMicros =
    "Ensure that the duration is a whole number of microseconds.";
// In microseconds, as Django's DurationField.
Value ToValue(const google::protobuf::Duration& duration);

// A singular string or bytes field, by reflection: one with a `ctype`, whose
// accessor is not to be relied on.
absl::string_view TextOf(const google::protobuf::Message& message, int field,
                         TextArena& arena);

inline Value ToText(absl::string_view text) { return Value::Text(text); }
// For formats that an empty text does not have, like UUID.
inline Value ToTextOrNull(absl::string_view text) {
  return text.empty() ? Value::Null() : Value::Text(text);
}
inline Value ToBlob(absl::string_view bytes) { return Value::Blob(bytes); }

// The name of an enum's value; the number, in digits, of one without a name.
Value ToEnumName(const google::protobuf::EnumDescriptor* type, int number,
                 TextArena& arena);

// A message, map or repeated field as ProtoJSON text.
Value ToJson(const google::protobuf::Message& message, int field,
             TextArena& arena);

// The same as wire format: of the message for a singular field, of tagged
// elements for a map or repeated field.
Value ToBytes(const google::protobuf::Message& message, int field,
              TextArena& arena);

// The value of any singular field, found by reflection, as its column stores
// it. NULL for an absent field with presence. A wrapper is its scalar.
Value ReadField(const google::protobuf::Message& message,
                const google::protobuf::FieldDescriptor& field,
                bool enum_by_name, TextArena& arena);

// The default instance of a message type, for tables of function pointers.
template <class Message>
const google::protobuf::Message& Prototype() {
  return Message::default_instance();
}

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_TO_VALUE_H_
