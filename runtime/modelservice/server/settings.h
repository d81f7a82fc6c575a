// The server's settings: defaults, then a file, then the environment, then
// flags; the last one that names a setting wins.
//
//   absl::StatusOr<Settings> settings =
//       LoadSettings({"--address=0.0.0.0:50051", "--config=prod.textproto"});
//
// Every field of Settings (config.proto) is a flag, `--grace_period=5` or
// `--grace-period 5`, and a variable, MODELSERVICE_GRACE_PERIOD. What is not
// known is INVALID_ARGUMENT, naming it and what there is.
#ifndef MODELSERVICE_SERVER_SETTINGS_H_
#define MODELSERVICE_SERVER_SETTINGS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/config.pb.h"

namespace modelservice {

// `flags` are the arguments behind the command.
absl::StatusOr<Settings> LoadSettings(absl::Span<const std::string> flags);

// Sets one setting from text. `origin` says where it comes from, for the error:
// "--workers", "MODELSERVICE_WORKERS".
absl::Status SetSetting(absl::string_view name, absl::string_view text,
                        absl::string_view origin, Settings* settings);

// "--address=TEXT (default 127.0.0.1:50051)", a line for each setting.
std::string SettingsHelp();

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_SETTINGS_H_
