// The JSON of tokens and key sets, read as protobuf's Struct.
#ifndef MODELSERVICE_GUARD_AUTH_JSON_OBJECT_H_
#define MODELSERVICE_GUARD_AUTH_JSON_OBJECT_H_

#include <google/protobuf/struct.pb.h>

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// nullopt for what is no JSON object, names a member twice, is nested too
// deeply (some tens of levels) or is not UTF-8. Numbers are doubles, as JSON's
// are.
std::optional<google::protobuf::Struct> ParseJsonObject(absl::string_view text);

// The member `name`; null when it is absent.
const google::protobuf::Value* FindMember(
    const google::protobuf::Struct& object, absl::string_view name);
// The same where it is a string; nullopt also for another type.
std::optional<std::string> FindText(const google::protobuf::Struct& object,
                                    absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_JSON_OBJECT_H_
