// The server's settings: defaults, then a file, then the environment, then
// flags; the last one that names a setting wins.
//
//   absl::StatusOr<Settings> settings =
//       LoadSettings({"--address=0.0.0.0:50051", "--config=prod.textproto"});
//
// Every field of Settings (config.proto) is a flag, `--grace_period=5` or
// `--grace-period 5`, and a variable, MODELSERVICE_GRACE_PERIOD. A setting
// inside of another is `--tls.key_file=...`, MODELSERVICE_TLS__KEY_FILE; a list
// of texts is `--interceptor=a,b`; one of messages has a flag for each, in
// textproto: `--authenticator='token {}'`. What is not known is
// INVALID_ARGUMENT, naming it and what there is, without secrets. Thread-safe
// while nobody changes the environment.
#ifndef MODELSERVICE_SETTINGS_H_
#define MODELSERVICE_SETTINGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/config.pb.h"

namespace modelservice {

// `flags` are the arguments behind the command.
absl::StatusOr<Settings> LoadSettings(absl::Span<const std::string> flags);

// Of the process, if they have a `log_level` or `log_format` (log.h). Main and
// Server::Start do it by themselves.
void ApplyLogLevel(const Settings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_SETTINGS_H_
