// Tells the process's service manager, systemd's, how far it is, by its
// protocol (sd_notify(3)): a datagram to the socket in $NOTIFY_SOCKET. Nothing
// where nobody asked to be told.
#ifndef MODELSERVICE_MANAGE_SERVICE_MANAGER_H_
#define MODELSERVICE_MANAGE_SERVICE_MANAGER_H_

#include "absl/strings/string_view.h"

namespace modelservice {

inline constexpr absl::string_view kReady = "READY=1";
inline constexpr absl::string_view kStopping = "STOPPING=1";

// What cannot be sent is a warning in the log.
void TellServiceManager(absl::string_view state);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_SERVICE_MANAGER_H_
