// What --help says of the settings.
#ifndef MODELSERVICE_MANAGE_SETTINGS_HELP_H_
#define MODELSERVICE_MANAGE_SETTINGS_HELP_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// Those that the command looks at, each with its default and what config.proto
// says of it.
std::string SettingsHelpOf(absl::string_view command);

// All of them: those that several commands look at, and then `serve`'s.
std::string AllSettingsHelp();

// Whether the command looks at the setting.
bool LooksAt(absl::string_view command, absl::string_view setting);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_SETTINGS_HELP_H_
