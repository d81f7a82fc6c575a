#include "modelservice/guard/auth/json_object.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace modelservice {

using ::google::protobuf::Struct;
namespace pb = ::google::protobuf;

std::optional<Struct> ParseJsonObject(absl::string_view text) {
  // Later protobufs take null for an empty object.
  if (!absl::StartsWith(absl::StripLeadingAsciiWhitespace(text), "{")) {
    return std::nullopt;
  }
  Struct object;
  // Refuses members that are there twice.
  const auto status =
      google::protobuf::util::JsonStringToMessage(std::string(text), &object);
  if (!status.ok()) return std::nullopt;
  return object;
}

const pb::Value* FindMember(const Struct& object, absl::string_view name) {
  const auto found = object.fields().find(std::string(name));
  return found == object.fields().end() ? nullptr : &found->second;
}

std::optional<std::string> FindText(const Struct& object,
                                    absl::string_view name) {
  const pb::Value* const value = FindMember(object, name);
  if (value == nullptr || !value->has_string_value()) return std::nullopt;
  return value->string_value();
}

}  // namespace modelservice
