// One setting by its name, from text: what flags and environment variables give
// to a message whose fields are settings.
//
// The name of a setting inside of another has dots: "tls.key_file".
#ifndef MODELSERVICE_BASE_SETTING_VALUE_H_
#define MODELSERVICE_BASE_SETTING_VALUE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// Null when `type` has none of that name. "-" in it stands for "_".
const google::protobuf::FieldDescriptor* FindSetting(
    const google::protobuf::Descriptor& type, absl::string_view name);

// Sets it, or adds to it where it is a list of messages. Lists of texts have
// commas between; messages are textproto; enums are names. `origin` says where
// the text comes from, for the error.
absl::Status SetSetting(absl::string_view name, absl::string_view text,
                        absl::string_view origin,
                        google::protobuf::Message* settings);

// Forgets what the list was given.
void ClearSetting(absl::string_view name, google::protobuf::Message* settings);

// What a file may have set, and the type alone does not forbid: counts are at
// least 1, times and numbers not negative.
absl::Status CheckNumbers(const google::protobuf::Message& settings);

// The names of all settings, those inside of others too.
std::string SettingNames(const google::protobuf::Descriptor& type);

// The same, each by itself.
std::vector<std::string> ListSettings(const google::protobuf::Descriptor& type);

// A line for each setting.
std::string SettingsHelp(const google::protobuf::Descriptor& type);
// The same with what `about` says of each, below it; nullopt leaves one out.
using SettingAbout = absl::FunctionRef<std::optional<std::string>(
    const std::string& name, const google::protobuf::FieldDescriptor& field)>;
std::string SettingsHelp(const google::protobuf::Descriptor& type,
                         SettingAbout about);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_SETTING_VALUE_H_
