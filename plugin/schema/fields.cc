#include "plugin/schema/fields.h"

#include <google/protobuf/compiler/cpp/names.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/base/compat.h"
#include "plugin/schema/places.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

// Old protobufs name their own types through a macro.
std::string WithoutMacro(const std::string& cpp_type) {
  return absl::StrReplaceAll(cpp_type,
                             {{"PROTOBUF_NAMESPACE_ID", "google::protobuf"}});
}

FieldType TypeOf(const pb::FieldDescriptor& field) {
  switch (field.type()) {
    case pb::FieldDescriptor::TYPE_BOOL:
      return FieldType::kBool;
    case pb::FieldDescriptor::TYPE_INT32:
      return FieldType::kInt32;
    case pb::FieldDescriptor::TYPE_SINT32:
      return FieldType::kSint32;
    case pb::FieldDescriptor::TYPE_SFIXED32:
      return FieldType::kSfixed32;
    case pb::FieldDescriptor::TYPE_INT64:
      return FieldType::kInt64;
    case pb::FieldDescriptor::TYPE_SINT64:
      return FieldType::kSint64;
    case pb::FieldDescriptor::TYPE_SFIXED64:
      return FieldType::kSfixed64;
    case pb::FieldDescriptor::TYPE_UINT32:
      return FieldType::kUint32;
    case pb::FieldDescriptor::TYPE_FIXED32:
      return FieldType::kFixed32;
    case pb::FieldDescriptor::TYPE_UINT64:
      return FieldType::kUint64;
    case pb::FieldDescriptor::TYPE_FIXED64:
      return FieldType::kFixed64;
    case pb::FieldDescriptor::TYPE_FLOAT:
      return FieldType::kFloat;
    case pb::FieldDescriptor::TYPE_DOUBLE:
      return FieldType::kDouble;
    case pb::FieldDescriptor::TYPE_STRING:
      return FieldType::kString;
    case pb::FieldDescriptor::TYPE_BYTES:
      return FieldType::kBytes;
    case pb::FieldDescriptor::TYPE_ENUM:
      return FieldType::kEnum;
    case pb::FieldDescriptor::TYPE_MESSAGE:
    case pb::FieldDescriptor::TYPE_GROUP:
      break;
  }
  return FieldType::kMessage;
}

// The field of a wrapper message that holds the scalar, or null.
const pb::FieldDescriptor* WrappedField(const pb::Descriptor& message) {
  static const auto* const kWrappers = new std::set<std::string>{
      "google.protobuf.BoolValue",   "google.protobuf.BytesValue",
      "google.protobuf.DoubleValue", "google.protobuf.FloatValue",
      "google.protobuf.Int32Value",  "google.protobuf.Int64Value",
      "google.protobuf.StringValue", "google.protobuf.UInt32Value",
      "google.protobuf.UInt64Value"};
  if (kWrappers->count(Str(message.full_name())) == 0) return nullptr;
  return message.FindFieldByNumber(1);
}

std::string TypeNameOf(const pb::FieldDescriptor& field) {
  if (field.is_map()) {
    const pb::Descriptor& entry = *field.message_type();
    return absl::StrCat("map<", TypeNameOf(*entry.FindFieldByNumber(1)), ", ",
                        TypeNameOf(*entry.FindFieldByNumber(2)), ">");
  }
  if (field.message_type() != nullptr) {
    return Str(field.message_type()->full_name());
  }
  if (field.enum_type() != nullptr) return Str(field.enum_type()->full_name());
  return Str(field.type_name());
}

void ReadMessageType(const pb::Descriptor& type, MessageField* result) {
  if (const pb::FieldDescriptor* wrapped = WrappedField(type)) {
    result->wrapper = true;
    result->type = TypeOf(*wrapped);
  } else if (result->type_name == "google.protobuf.Timestamp") {
    result->type = FieldType::kTimestamp;
  } else if (result->type_name == "google.protobuf.Duration") {
    result->type = FieldType::kDuration;
  }
}

void ReadEnumType(const pb::EnumDescriptor& type, MessageField* result) {
  result->enum_cpp_type =
      WithoutMacro(pb::compiler::cpp::QualifiedClassName(&type));
  for (int i = 0; i < type.value_count(); ++i) {
    result->enum_values.emplace_back(Str(type.value(i)->name()),
                                     type.value(i)->number());
  }
  result->closed_enum = compat::IsClosed(type);
}

std::string TypeFileOf(const pb::FieldDescriptor& field) {
  if (field.is_map()) {
    return TypeFileOf(*field.message_type()->FindFieldByNumber(2));
  }
  if (field.message_type() != nullptr) {
    return Str(field.message_type()->file()->name());
  }
  return field.enum_type() == nullptr ? ""
                                      : Str(field.enum_type()->file()->name());
}

}  // namespace

MessageField ReadField(const pb::FieldDescriptor& field) {
  MessageField result;
  result.name = Str(field.name());
  result.cpp_name = pb::compiler::cpp::FieldName(&field);
  result.number = field.number();
  result.type = TypeOf(field);
  result.type_name = TypeNameOf(field);
  result.type_file = TypeFileOf(field);
  result.repeated = field.is_repeated();
  result.map = field.is_map();
  result.presence = field.has_presence();
  result.label_required = field.is_required();
  result.group = field.type() == pb::FieldDescriptor::TYPE_GROUP;
  result.packed = field.is_packed();
  result.hidden =
      (result.type == FieldType::kString || result.type == FieldType::kBytes) &&
      !field.is_repeated() && compat::HasOwnStringType(field);
  result.deprecated = field.options().deprecated() ||
                      (field.enum_type() != nullptr &&
                       field.enum_type()->options().deprecated());
  if (field.message_type() != nullptr) {
    ReadMessageType(*field.message_type(), &result);
  }
  if (field.enum_type() != nullptr) ReadEnumType(*field.enum_type(), &result);
  if (const pb::OneofDescriptor* oneof = field.real_containing_oneof()) {
    result.oneof = Str(oneof->name());
  }
  if (field.options().HasExtension(modelservice::filter)) {
    result.filter = field.options().GetExtension(modelservice::filter);
  }
  result.place = PlaceOf(*field.file(), PathOf(field));
  result.comment = CommentOf(*field.file(), PathOf(field));
  return result;
}

Message ReadMessage(const pb::Descriptor& message) {
  Message result;
  result.full_name = Str(message.full_name());
  result.name = LocalName(*message.file(), result.full_name);
  result.cpp_type = CppTypeOf(message);
  result.deprecated = message.options().deprecated();
  for (int i = 0; i < message.field_count(); ++i) {
    result.fields.push_back(ReadField(*message.field(i)));
  }
  return result;
}

std::string LocalName(const pb::FileDescriptor& file,
                      const std::string& full_name) {
  const std::string package = Str(file.package());
  return package.empty() ? full_name : full_name.substr(package.size() + 1);
}

std::string CppTypeOf(const pb::Descriptor& message) {
  return WithoutMacro(pb::compiler::cpp::QualifiedClassName(&message));
}

}  // namespace modelservice::plugin
