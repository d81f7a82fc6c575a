#include "modelservice/service/request_values.h"

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <utility>

#include "modelservice/base/compat.h"
#include "modelservice/orm/choice.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/to_value.h"
#include "modelservice/service/filter_value.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

Value ReadElement(const Message& message, const FieldDescriptor& field, int i,
                  bool by_name, TextArena& arena) {
  const auto& get = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return ToValue(get.GetRepeatedBool(message, &field, i));
    case FieldDescriptor::CPPTYPE_INT32:
      return ToValue(get.GetRepeatedInt32(message, &field, i));
    case FieldDescriptor::CPPTYPE_UINT32:
      return ToValue(get.GetRepeatedUInt32(message, &field, i));
    case FieldDescriptor::CPPTYPE_INT64:
      return ToValue(
          static_cast<int64_t>(get.GetRepeatedInt64(message, &field, i)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return ToValue(
          static_cast<uint64_t>(get.GetRepeatedUInt64(message, &field, i)));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return ToValue(get.GetRepeatedFloat(message, &field, i));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return ToValue(get.GetRepeatedDouble(message, &field, i));
    case FieldDescriptor::CPPTYPE_ENUM: {
      const int number = get.GetRepeatedEnumValue(message, &field, i);
      return by_name ? ToEnumName(field.enum_type(), number, arena)
                     : ToValue(static_cast<int32_t>(number));
    }
    case FieldDescriptor::CPPTYPE_STRING: {
      const absl::string_view text =
          arena.Own(get.GetRepeatedString(message, &field, i));
      return field.type() == FieldDescriptor::TYPE_BYTES ? Value::Blob(text)
                                                         : Value::Text(text);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  const Message& inner = get.GetRepeatedMessage(message, &field, i);
  const std::string type = compat::Str(inner.GetDescriptor()->full_name());
  // The generated types: every message of a service comes from the generated
  // pool.
  if (type == "google.protobuf.Timestamp") {
    return ToValue(static_cast<const google::protobuf::Timestamp&>(inner));
  }
  if (type == "google.protobuf.Duration") {
    return ToValue(static_cast<const google::protobuf::Duration&>(inner));
  }
  // A wrapper.
  return ReadField(inner, *inner.GetDescriptor()->FindFieldByNumber(1), by_name,
                   arena);
}

// What the enum does not have.
void RefuseUndefined(const google::protobuf::EnumDescriptor& type,
                     TextArena& arena, std::vector<Value>* values) {
  for (Value& value : *values) {
    if (FindChoice(type, value) != nullptr) continue;
    value = Value::Invalid(arena.Own(NoChoice(KeyText(value))));
  }
}

}  // namespace

std::vector<Value> ReadValues(const Message& message,
                              const FieldDescriptor& field,
                              const Column& column, TextArena& arena) {
  const bool by_name = column.storage == Storage::kName;
  std::vector<Value> values;
  if (field.is_repeated()) {
    const int size = message.GetReflection()->FieldSize(message, &field);
    for (int i = 0; i < size; ++i) {
      values.push_back(ReadElement(message, field, i, by_name, arena));
    }
  } else {
    values.push_back(ReadField(message, field, by_name, arena));
  }
  for (Value& value : values) value = AsHeld(column, value);
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    RefuseUndefined(*field.enum_type(), arena, &values);
  }
  return values;
}

}  // namespace modelservice
