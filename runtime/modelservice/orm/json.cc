#include "modelservice/orm/json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/type_resolver.h>
#include <google/protobuf/util/type_resolver_util.h>

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/compat.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

constexpr absl::string_view kTypeUrls = "type.googleapis.com";

google::protobuf::util::TypeResolver* GeneratedTypes() {
  static auto* const resolver =
      google::protobuf::util::NewTypeResolverForDescriptorPool(
          std::string(kTypeUrls),
          google::protobuf::DescriptorPool::generated_pool());
  return resolver;
}

std::string TypeUrl(const Message& message) {
  return absl::StrCat(kTypeUrls, "/",
                      compat::Str(message.GetDescriptor()->full_name()));
}

// False where ProtoJSON would lose something without a word: a
// google.protobuf.Value that is NaN or infinite becomes a string, one that is
// nothing at all is left out.
bool HasJsonForm(const Message& message) {
  if (message.GetDescriptor()->full_name() == "google.protobuf.Value") {
    const auto& value = static_cast<const google::protobuf::Value&>(message);
    if (value.kind_case() == google::protobuf::Value::KIND_NOT_SET ||
        (value.has_number_value() && !std::isfinite(value.number_value()))) {
      return false;
    }
  }
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (!HasJsonForm(reflection.GetMessage(message, field))) return false;
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      if (!HasJsonForm(reflection.GetRepeatedMessage(message, field, i))) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

bool WriteJson(const Message& message, std::string* json) {
  json->clear();
  return HasJsonForm(message) && google::protobuf::util::BinaryToJsonString(
                                     GeneratedTypes(), TypeUrl(message),
                                     message.SerializePartialAsString(), json)
                                     .ok();
}

bool ReadJson(const std::string& json, Message* message) {
  std::string bytes;
  return google::protobuf::util::JsonToBinaryString(
             GeneratedTypes(), TypeUrl(*message), json, &bytes)
             .ok() &&
         message->ParsePartialFromString(bytes);
}

}  // namespace modelservice
