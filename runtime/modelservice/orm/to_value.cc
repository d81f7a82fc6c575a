#include "modelservice/orm/to_value.h"

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/field_mask_util.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/compat.h"
#include "modelservice/orm/json.h"
#include "modelservice/orm/stored_message.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

constexpr int64_t kMaxDurationSeconds = 315576000000;  // duration.proto
constexpr absl::string_view kNoJson = "This value has no JSON form.";

// Whether a string in `json`, as ProtoJSON writes it, has a NUL: an escape that
// is not itself behind a backslash.
bool HasNul(absl::string_view json) {
  constexpr absl::string_view kEscape = "\\u0000";
  for (size_t at = json.find(kEscape); at != absl::string_view::npos;
       at = json.find(kEscape, at + 1)) {
    size_t backslashes = 0;
    while (backslashes < at && json[at - 1 - backslashes] == '\\') {
      ++backslashes;
    }
    if (backslashes % 2 == 0) return true;
  }
  return false;
}

Value JsonValue(std::string json, TextArena& arena) {
  if (HasNul(json)) return Value::Invalid(kNoNul);
  return Value::Text(arena.Own(std::move(json)));
}

// A message of the same type with nothing but `field`.
std::unique_ptr<Message> Alone(const Message& message,
                               const FieldDescriptor& field) {
  std::unique_ptr<Message> alone(message.New());
  google::protobuf::FieldMask mask;
  mask.add_paths(compat::Str(field.name()));
  google::protobuf::util::FieldMaskUtil::MergeMessageTo(message, mask, {},
                                                        alone.get());
  return alone;
}

const FieldDescriptor& FieldOf(const Message& message, int number) {
  return *message.GetDescriptor()->FindFieldByNumber(number);
}

Value ReadMessage(const Message& message, const FieldDescriptor& field,
                  bool enum_by_name, TextArena& arena) {
  const Message& inner = message.GetReflection()->GetMessage(message, &field);
  const std::string type = compat::Str(inner.GetDescriptor()->full_name());
  // The generated types: every message of a service comes from the generated
  // pool.
  if (type == "google.protobuf.Timestamp") {
    return ToValue(static_cast<const google::protobuf::Timestamp&>(inner));
  }
  if (type == "google.protobuf.Duration") {
    return ToValue(static_cast<const google::protobuf::Duration&>(inner));
  }
  // A wrapper: its one field has number 1 and no presence.
  return ReadField(inner, FieldOf(inner, 1), enum_by_name, arena);
}

}  // namespace

absl::string_view TextOf(const Message& message, int field, TextArena& arena) {
  std::string scratch;
  const std::string& text = message.GetReflection()->GetStringReference(
      message, &FieldOf(message, field), &scratch);
  return &text == &scratch ? arena.Own(std::move(scratch))
                           : absl::string_view(text);
}

Value ToValue(const google::protobuf::Timestamp& time) {
  if (time.seconds() < kMinTimestampSeconds ||
      time.seconds() > kMaxTimestampSeconds || time.nanos() < 0 ||
      time.nanos() > 999999999) {
    return Value::Invalid(
        "Datetime has wrong range: use 0001-01-01 to 9999-12-31.");
  }
  return Value::Timestamp(time.seconds(), time.nanos());
}

Value ToValue(const google::protobuf::Duration& duration) {
  const bool mixed = (duration.seconds() < 0 && duration.nanos() > 0) ||
                     (duration.seconds() > 0 && duration.nanos() < 0);
  if (mixed || duration.seconds() > kMaxDurationSeconds ||
      duration.seconds() < -kMaxDurationSeconds ||
      duration.nanos() > 999999999 || duration.nanos() < -999999999) {
    return Value::Invalid("Duration has wrong range.");
  }
  if (duration.nanos() % 1000 != 0) {
    return Value::Invalid(
        "Ensure that the duration is a whole number of microseconds.");
  }
  return Value::Integer(duration.seconds() * 1000000 + duration.nanos() / 1000);
}

Value ToEnumName(const google::protobuf::EnumDescriptor* type, int number,
                 TextArena& arena) {
  const auto* value = type->FindValueByNumber(number);
  return Value::Text(arena.Own(value != nullptr ? compat::Str(value->name())
                                                : absl::StrCat(number)));
}

Value ToJson(const Message& message, int number, TextArena& arena) {
  const FieldDescriptor& field = FieldOf(message, number);
  if (!field.is_repeated()) {
    std::string json;
    const Message& inner = message.GetReflection()->GetMessage(message, &field);
    if (!inner.IsInitialized() || !WriteJson(inner, &json)) {
      return Value::Invalid(kNoJson);
    }
    return JsonValue(std::move(json), arena);
  }
  if (message.GetReflection()->FieldSize(message, &field) == 0) {
    return Value::Text(field.is_map() ? "{}" : "[]");
  }
  std::string json;
  if (!WriteJson(*Alone(message, field), &json)) {
    return Value::Invalid(kNoJson);
  }
  // {"name":[...]}: the part between the first colon and the last brace. The
  // name is an identifier, so the first colon is the one behind it.
  const size_t colon = json.find(':');
  return JsonValue(json.substr(colon + 1, json.size() - colon - 2), arena);
}

Value ToBytes(const Message& message, int number, TextArena& arena) {
  const FieldDescriptor& field = FieldOf(message, number);
  std::string bytes =
      field.is_repeated()
          ? StableBytes(*Alone(message, field))
          : StableBytes(message.GetReflection()->GetMessage(message, &field));
  return Value::Blob(arena.Own(std::move(bytes)));
}

Value ReadField(const Message& message, const FieldDescriptor& field,
                bool enum_by_name, TextArena& arena) {
  const auto& reflection = *message.GetReflection();
  if (field.has_presence() && !reflection.HasField(message, &field)) {
    return Value::Null();
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return ToValue(reflection.GetBool(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return ToValue(reflection.GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return ToValue(reflection.GetUInt32(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return ToValue(
          static_cast<int64_t>(reflection.GetInt64(message, &field)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return ToValue(
          static_cast<uint64_t>(reflection.GetUInt64(message, &field)));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return ToValue(reflection.GetFloat(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ToValue(reflection.GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = reflection.GetEnumValue(message, &field);
      return enum_by_name ? ToEnumName(field.enum_type(), number, arena)
                          : ToValue(static_cast<int32_t>(number));
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text =
          reflection.GetStringReference(message, &field, &scratch);
      const absl::string_view view =
          &text == &scratch ? arena.Own(std::move(scratch)) : text;
      return field.type() == FieldDescriptor::TYPE_BYTES ? Value::Blob(view)
                                                         : Value::Text(view);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return ReadMessage(message, field, enum_by_name, arena);
  }
  return Value::Null();
}

}  // namespace modelservice
