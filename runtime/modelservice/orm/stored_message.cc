#include "modelservice/orm/stored_message.h"

#include <google/protobuf/util/json_util.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/compat.h"
#include "modelservice/orm/utf8.h"

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

}  // namespace

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
  // Let protobuf read it as a message of the model with that one field.
  std::unique_ptr<Message> message(prototype.New());
  const std::string json = absl::StrCat("{\"", compat::Str(field.json_name()),
                                        "\":", value.text(), "}");
  if (!google::protobuf::util::JsonStringToMessage(json, message.get()).ok()) {
    return "no JSON of the field's type";
  }
  // A text that closes the brace early would bring other fields in.
  std::vector<const FieldDescriptor*> set;
  message->GetReflection()->ListFields(*message, &set);
  if (set.size() > 1 || (set.size() == 1 && set[0] != &field)) {
    return "no JSON of the field's type";
  }
  wire.Raw(message->SerializePartialAsString());
  return kFine;
}

}  // namespace modelservice
