#include "modelservice/orm/stored_message.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/compat.h"
#include "modelservice/orm/json.h"
#include "modelservice/schema/utf8.h"
#include "re2/re2.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

// Parses wire format as a message with that one field: what a client's parser
// would refuse is refused here.
Fault AppendChecked(const Message& prototype, absl::string_view bytes,
                    WireBuffer& wire) {
  std::unique_ptr<Message> message(prototype.New());
  if (!message->ParsePartialFromArray(bytes.data(),
                                      static_cast<int>(bytes.size()))) {
    return "no wire format of the field";
  }
  wire.Raw(bytes);
  return kFine;
}

// Gives every required field its default.
void FillRequired(Message* message) {
  const auto& type = *message->GetDescriptor();
  const auto& set = *message->GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (!field->is_required()) continue;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        set.SetBool(message, field, false);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        set.SetInt32(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        set.SetUInt32(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        set.SetInt64(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        set.SetUInt64(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
        set.SetFloat(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_DOUBLE:
        set.SetDouble(message, field, 0);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        set.SetEnum(message, field, field->default_value_enum());
        break;
      case FieldDescriptor::CPPTYPE_STRING:
        set.SetString(message, field, "");
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        FillRequired(set.MutableMessage(message, field));
        break;
    }
  }
}

// Whether a JSON array has plain elements: protobuf's reader leaves out null
// and takes [[1, 2], [3]] for [1, 2, 3].
bool IsFlat(absl::string_view json) {
  bool in_string = false;
  int arrays = 0;
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] == '\\')
      ++i;  // only in strings
    else if (json[i] == '"')
      in_string = !in_string;
    else if (in_string)
      continue;
    else if (json[i] == '[')
      ++arrays;
    else if (absl::StartsWith(json.substr(i), "null"))
      return false;
  }
  return arrays <= 1;
}

// A number without a name among the names of an enum is a string in an array of
// texts: "99". ProtoJSON has a number there.
std::string WithBareNumbers(absl::string_view json) {
  static const RE2* const kNumber = new RE2("\"(-?[0-9]+)\"");
  std::string bare(json);
  RE2::GlobalReplace(&bare, *kNumber, "\\1");
  return bare;
}

}  // namespace

std::string StableBytes(const Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  // Into a string it fails for nothing that a message could be.
  static_cast<void>(message.SerializePartialToCodedStream(&coded));
  coded.Trim();
  return bytes;
}

Fault EncodeStoredBytes(const Message& prototype, const Column& column,
                        Value value, WireBuffer& wire) {
  if (value.kind() != Value::Kind::kBlob &&
      value.kind() != Value::Kind::kText) {
    return "no blob";
  }
  if (column.repeated) return AppendChecked(prototype, value.text(), wire);
  WireBuffer field;
  if (column.group) {
    field.Tag(column.number, WireBuffer::kStartGroup);
    field.Raw(value.text());
    field.Tag(column.number, WireBuffer::kEndGroup);
  } else {
    field.LengthDelimited(column.number, value.text());
  }
  return AppendChecked(prototype, field.bytes(), wire);
}

Fault EncodeStoredJson(const Message& prototype, const FieldDescriptor& field,
                       Value value, WireBuffer& wire) {
  if (value.kind() != Value::Kind::kText &&
      value.kind() != Value::Kind::kBlob) {
    return "no JSON text";
  }
  if (!IsUtf8(value.text())) return "malformed UTF-8";
  std::string text(value.text());
  if (field.is_repeated() && !field.is_map()) {
    const bool messages = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!messages && !IsFlat(text)) return "an array of other than scalars";
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      text = WithBareNumbers(text);
    }
  }
  // Let protobuf read it as a message of the model with that one field, and
  // with the required ones of proto2, which its reader insists on.
  std::unique_ptr<Message> others(prototype.New());
  std::string json;
  if (prototype.IsInitialized()) {
    json = "{";
  } else {
    FillRequired(others.get());
    others->GetReflection()->ClearField(others.get(), &field);
    if (!WriteJson(*others, &json)) return "JSON beside a required field";
    json.pop_back();
    if (json.size() > 1) json.push_back(',');
  }
  absl::StrAppend(&json, "\"", compat::Str(field.json_name()), "\":", text,
                  "}");
  std::unique_ptr<Message> message(prototype.New());
  if (!ReadJson(json, message.get())) return "no JSON of the field's type";
  std::unique_ptr<Message> alone(prototype.New());
  message->GetReflection()->SwapFields(message.get(), alone.get(), {&field});
  // A text that closes the brace early would bring other fields in.
  if (message->SerializePartialAsString() !=
      others->SerializePartialAsString()) {
    return "no JSON of the field's type";
  }
  wire.Raw(StableBytes(*alone));
  return kFine;
}

}  // namespace modelservice
