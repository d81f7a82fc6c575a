// One setting by its name, from text: what flags and environment variables
// give.
//
// The name of a setting inside of another has dots: "tls.key_file".
#ifndef MODELSERVICE_SERVER_SETTING_VALUE_H_
#define MODELSERVICE_SERVER_SETTING_VALUE_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/config.pb.h"

namespace modelservice {

// Null when there is none of that name. "-" in it stands for "_".
const google::protobuf::FieldDescriptor* FindSetting(absl::string_view name);

// Sets it, or adds to it where it is a list of messages. Lists of texts have
// commas between; messages are textproto. `origin` says where the text comes
// from, for the error.
absl::Status SetSetting(absl::string_view name, absl::string_view text,
                        absl::string_view origin, Settings* settings);

// Forgets what the list was given.
void ClearSetting(absl::string_view name, Settings* settings);

// What a file may have set, and the type alone does not forbid: counts are at
// least 1, times and numbers not negative.
absl::Status CheckNumbers(const Settings& settings);

// The names of all settings, those inside of others too.
std::string SettingNames();

// A line for each setting.
std::string SettingsHelp();

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_SETTING_VALUE_H_
