// What clients' connections may take of the machine.
#ifndef MODELSERVICE_SERVER_TRANSPORT_H_
#define MODELSERVICE_SERVER_TRANSPORT_H_

#include <grpcpp/server_builder.h>

#include <cstddef>

#include "absl/status/status.h"
#include "modelservice/config.pb.h"

namespace modelservice {

// Of connections, and of what is on its way on them.
size_t TransportBytes(const Settings& settings);

// INVALID_ARGUMENT for a `channel_option` without a value, or about what
// another setting is about.
absl::Status CheckChannelOptions(const Settings& settings);

// Sets the bounds of `settings`, and its channel_option, on a server that is
// about to be built.
void BoundTransport(const Settings& settings, grpc::ServerBuilder& builder);

// Lets the process open as many files as it may: the usual soft limit is 1024
// connections. Returns how many these are.
int RaiseDescriptorLimit();

// How many connections there may be; the log says so where the process may not
// open as many files as `settings` ask for.
int MostConnections(const Settings& settings);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_TRANSPORT_H_
