#include "modelservice/orm/stored_message.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/db/read_value.h"
#include "modelservice/orm/json.h"
#include "modelservice/orm/json_check.h"
#include "modelservice/orm/json_shape.h"
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

// Whether a JSON array has plain elements: protobuf's reader leaves out null
// and takes [[1, 2], [3]] for [1, 2, 3]. Of google.protobuf.NullValue null is
// the one value.
bool IsFlat(absl::string_view json, bool nulls) {
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
    else if (!nulls && absl::StartsWith(json.substr(i), "null"))
      return false;
  }
  return arrays <= 1;
}

// Writes what is inside of each google.protobuf.Any in the order of its fields:
// it comes in that of the JSON, and jsonb has an order of its own.
void OrderContents(Message* message) {
  const JsonShape& shape = ShapeOf(*message->GetDescriptor());
  if (!shape.holds_any) return;
  if (shape.kind == JsonShape::Kind::kAny) {
    auto* const any = static_cast<google::protobuf::Any*>(message);
    const std::unique_ptr<Message> content = ContentOf(*any);
    if (content == nullptr) return;
    OrderContents(content.get());
    any->set_value(StableBytes(*content));
    return;
  }
  const auto& reflection = *message->GetReflection();
  for (const JsonShape::Part& part : shape.parts) {
    if (part.shape == nullptr) continue;
    if (!part.field->is_repeated()) {
      if (reflection.HasField(*message, part.field)) {
        OrderContents(reflection.MutableMessage(message, part.field));
      }
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(*message, part.field); ++i) {
      OrderContents(reflection.MutableRepeatedMessage(message, part.field, i));
    }
  }
}

// A number without a name among the names of an enum is a string in an array of
// texts: "99". ProtoJSON has a number there.
std::string WithBareNumbers(absl::string_view json) {
  static const RE2* const kNumber = new RE2("\"(-?[0-9]+)\"");
  std::string bare(json);
  RE2::GlobalReplace(&bare, *kNumber, "\\1");
  return bare;
}

// The whole numbers of an array of decimals have zeros behind a point: "3.00".
std::string WithWholeNumbers(absl::string_view json) {
  static const RE2* const kNumber = new RE2("\"(-?[0-9]+)\\.0+\"");
  std::string whole(json);
  RE2::GlobalReplace(&whole, *kNumber, "\"\\1\"");
  return whole;
}

bool IsInteger(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
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

bool NestsWithin(int levels, const Message& prototype,
                 absl::string_view bytes) {
  // A message inside of another takes a tag and a length.
  if (bytes.size() < 2 * static_cast<size_t>(levels)) return true;
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  stream.SetRecursionLimit(levels);
  const std::unique_ptr<Message> message(prototype.New());
  return message->ParsePartialFromCodedStream(&stream);
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

// A column that is declared JSON to SQLite makes numbers of texts like "5".
Fault EncodeStoredJson(const Message& prototype, const FieldDescriptor& field,
                       Value value, WireBuffer& wire) {
  const bool is_text =
      value.kind() == Value::Kind::kText || value.kind() == Value::Kind::kBlob;
  const bool is_number = value.kind() == Value::Kind::kInteger ||
                         value.kind() == Value::Kind::kReal;
  std::string text;
  if ((!is_text && (!is_number || field.is_repeated())) ||
      !ReadValue(value, &text)) {
    return "no JSON text";
  }
  if (!IsUtf8(text)) return "malformed UTF-8";
  if (field.is_repeated() && !field.is_map()) {
    const bool messages = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!messages && !IsFlat(text, IsNullValue(field))) {
      return "an array of other than scalars";
    }
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      text = WithBareNumbers(text);
    }
    if (IsInteger(field)) text = WithWholeNumbers(text);
  }
  std::unique_ptr<Message> alone(prototype.New());
  if (!ReadJson(text, field, alone.get())) {
    return "no JSON of the field's type";
  }
  if (field.message_type() != nullptr &&
      ShapeOf(*field.message_type()).holds_any) {
    OrderContents(alone.get());
  }
  wire.Raw(StableBytes(*alone));
  return kFine;
}

}  // namespace modelservice
