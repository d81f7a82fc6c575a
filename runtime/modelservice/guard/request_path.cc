#include "modelservice/guard/request_path.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

std::string FieldsOf(const Descriptor& message) {
  std::string names;
  for (int i = 0; i < message.field_count(); ++i) {
    absl::StrAppend(&names, i == 0 ? "" : ", ",
                    compat::Str(message.field(i)->name()));
  }
  return names.empty() ? "no field" : names;
}

}  // namespace

absl::StatusOr<RequestPath> RequestPath::Find(const Descriptor& request,
                                              absl::string_view path) {
  RequestPath found;
  const Descriptor* message = &request;
  const auto error = [&](const auto&... text) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", path, "\": ", text...));
  };
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    if (message == nullptr) {
      return error(compat::Str(found.fields_.back()->full_name()),
                   " is no message and has no field \"", name, "\"");
    }
    const FieldDescriptor* const field =
        message->FindFieldByName(std::string(name));
    if (field == nullptr) {
      return error(compat::Str(message->full_name()), " has no field \"", name,
                   "\"; it has ", FieldsOf(*message));
    }
    if (field->is_repeated()) {
      return error(compat::Str(field->full_name()),
                   " is repeated; name a field with one value");
    }
    found.fields_.push_back(field);
    message = field->message_type();
  }
  if (message != nullptr) {
    return error(compat::Str(message->full_name()),
                 " is a message; name one of its fields: ", FieldsOf(*message));
  }
  const FieldDescriptor::CppType type = found.fields_.back()->cpp_type();
  if (type == FieldDescriptor::CPPTYPE_FLOAT ||
      type == FieldDescriptor::CPPTYPE_DOUBLE) {
    return error(compat::Str(found.fields_.back()->full_name()),
                 " is a floating-point number, of which no two may be equal; "
                 "name a field of another type");
  }
  return found;
}

bool RequestPath::is_integer() const {
  switch (fields_.back()->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
}

const Message* RequestPath::Parent(const Message& request) const {
  const Message* message = &request;
  for (const FieldDescriptor* field : fields_) {
    const Reflection& reflection = *message->GetReflection();
    if (field->has_presence() && !reflection.HasField(*message, field)) {
      return nullptr;
    }
    if (field == fields_.back()) break;
    message = &reflection.GetMessage(*message, field);
  }
  return message;
}

std::string RequestPath::Text(const Message& request) const {
  const Message* const parent = Parent(request);
  if (parent == nullptr) return "";
  const Reflection& reflection = *parent->GetReflection();
  const FieldDescriptor* const field = fields_.back();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(*parent, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(*parent, field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(reflection.GetUInt32(*parent, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(*parent, field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(*parent, field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat(reflection.GetEnumValue(*parent, field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.GetString(*parent, field);
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;  // Find refuses them
  }
  return "";
}

std::optional<int64_t> RequestPath::Integer(const Message& request) const {
  const Message* const parent = Parent(request);
  if (parent == nullptr) return std::nullopt;
  const Reflection& reflection = *parent->GetReflection();
  const FieldDescriptor* const field = fields_.back();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(*parent, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.GetInt64(*parent, field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(*parent, field);
    case FieldDescriptor::CPPTYPE_UINT64:
      return static_cast<int64_t>(
          std::min<uint64_t>(reflection.GetUInt64(*parent, field),
                             std::numeric_limits<int64_t>::max()));
    default:
      return std::nullopt;
  }
}

}  // namespace modelservice
