// The command that serves.
#ifndef MODELSERVICE_MANAGE_SERVE_H_
#define MODELSERVICE_MANAGE_SERVE_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

inline constexpr Flag kServeFlags[] = {
    {"check", "",
     "look at the settings and the database as for a start, and end"},
    {"print-config", "", "print the settings, without secrets, and end"},
    {"list-handlers", "",
     "print each method with what stands around it, and end"},
    {"reload", "",
     "for development: start anew when the program is built anew"},
};

// Serves until SIGTERM or SIGINT, then lets the calls in flight end.
absl::Status Serve(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_SERVE_H_
