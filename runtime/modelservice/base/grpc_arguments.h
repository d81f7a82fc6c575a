// Arguments of gRPC's channels that have no name in its public headers.
#ifndef MODELSERVICE_BASE_GRPC_ARGUMENTS_H_
#define MODELSERVICE_BASE_GRPC_ARGUMENTS_H_

namespace modelservice {

// How long the answer to a ping is waited for: by gRPC 1.83 a minute, whatever
// GRPC_ARG_KEEPALIVE_TIMEOUT_MS is. gRPC 1.51 passes over it.
constexpr char kPingTimeoutArgument[] = "grpc.http2.ping_timeout_ms";

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_GRPC_ARGUMENTS_H_
