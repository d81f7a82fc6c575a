// The command that asks a running server whether it serves: for containers and
// others who look after processes and have no client of their own.
#ifndef MODELSERVICE_MANAGE_HEALTH_CHECK_H_
#define MODELSERVICE_MANAGE_HEALTH_CHECK_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

inline constexpr Flag kHealthCheckFlags[] = {
    {"service", "NAME", "one service, as in shop.CustomerService"},
    {"ca-file", "FILE", "PEM file of who signed the server's certificate"},
    {"server-name", "NAME", "the name in that certificate"},
    {"certificate-file", "FILE",
     "PEM file of who asks, where clients need a certificate"},
    {"key-file", "FILE", "PEM file of its key"},
    {"wait", "SECONDS", "how long to wait for an answer; 5 unless given"},
};

// Asks grpc.health.v1.Health at the setting `address`. UNAVAILABLE when there
// is no answer in time, or another one than SERVING.
absl::Status HealthCheck(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_HEALTH_CHECK_H_
