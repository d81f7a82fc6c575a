#include "modelservice/orm/to_value.h"

#include <google/protobuf/field_mask.pb.h>
#include <google/protobuf/util/field_comparator.h>
#include <google/protobuf/util/field_mask_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/orm/json.h"
#include "modelservice/orm/json_check.h"
#include "modelservice/orm/nesting.h"
#include "modelservice/orm/stored_message.h"
#include "modelservice/orm/value_fault.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/utf8.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

constexpr int64_t kMaxDurationSeconds = 315576000000;  // duration.proto

// Wire format of a message with nothing but `field`, which is set.
std::string FieldBytes(const Message& message, const FieldDescriptor& field) {
  if (!field.is_repeated()) {
    WireBuffer wire;
    wire.LengthDelimited(
        field.number(),
        StableBytes(message.GetReflection()->GetMessage(message, &field)));
    return std::string(wire.bytes());
  }
  const std::unique_ptr<Message> alone(message.New());
  google::protobuf::FieldMask mask;
  mask.add_paths(compat::Str(field.name()));
  google::protobuf::util::FieldMaskUtil::MergeMessageTo(message, mask, {},
                                                        alone.get());
  return StableBytes(*alone);
}

// A column is one field of many, so that others may be missing, but not those
// that its messages require.
bool IsComplete(const Message& message, const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return true;
  const auto& reflection = *message.GetReflection();
  if (!field.is_repeated()) {
    return reflection.GetMessage(message, &field).IsInitialized();
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    if (!reflection.GetRepeatedMessage(message, &field, i).IsInitialized()) {
      return false;
    }
  }
  return true;
}

// Whether `json` is read as what it was written from, `bytes`.
bool SaysTheSame(const std::string& json, const Message& message,
                 const FieldDescriptor& field, const std::string& bytes) {
  const std::unique_ptr<Message> read(message.New());
  if (!ReadJson(json, field, read.get())) return false;
  if (StableBytes(*read) == bytes) return true;
  // One NaN is as good as another.
  const std::unique_ptr<Message> sent(message.New());
  google::protobuf::util::DefaultFieldComparator comparator;
  comparator.set_treat_nan_as_equal(true);
  google::protobuf::util::MessageDifferencer differencer;
  differencer.set_field_comparator(&comparator);
  return sent->ParsePartialFromString(bytes) &&
         differencer.Compare(*sent, *read);
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

bool IsInRange(const google::protobuf::Duration& duration) {
  const bool mixed = (duration.seconds() < 0 && duration.nanos() > 0) ||
                     (duration.seconds() > 0 && duration.nanos() < 0);
  return !mixed && duration.seconds() <= kMaxDurationSeconds &&
         duration.seconds() >= -kMaxDurationSeconds &&
         duration.nanos() <= 999999999 && duration.nanos() >= -999999999;
}

Value ToValue(const google::protobuf::Duration& duration) {
  if (!IsInRange(duration)) return Value::Invalid(kDurationRange);
  if (duration.nanos() % 1000 != 0) {
    return Value::Invalid(kWholeMicros);
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
  if (field.is_repeated() &&
      message.GetReflection()->FieldSize(message, &field) == 0) {
    return Value::Text(field.is_map() ? "{}" : "[]");
  }
  JsonCheck check;
  if (!check.Passes(message, field)) {
    return Invalid({check.path(), check.reason()}, arena);
  }
  std::string json;
  const std::string bytes = FieldBytes(message, field);
  if (!IsComplete(message, field) || !WriteJson(bytes, field, &json)) {
    return Value::Invalid(kNoJson);
  }
  if (check.has_negative_zero()) QuoteNegativeZeros(&json);
  if ((check.has_negative_zero() || check.reads_back()) &&
      !SaysTheSame(json, message, field, bytes)) {
    return Value::Invalid(kNoJson);
  }
  return Value::Text(arena.Own(std::move(json)));
}

Value ToBytes(const Message& message, int number, TextArena& arena) {
  const FieldDescriptor& field = FieldOf(message, number);
  if (field.is_repeated()) {
    std::string bytes = FieldBytes(message, field);
    if (!NestsWithin(kMostLevels, message, bytes)) {
      return Value::Invalid(kTooDeep);
    }
    return Value::Blob(arena.Own(std::move(bytes)));
  }
  const Message& inner = message.GetReflection()->GetMessage(message, &field);
  std::string bytes = StableBytes(inner);
  if (!NestsWithin(kMostLevels - 1, inner, bytes)) {
    return Value::Invalid(kTooDeep);
  }
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
