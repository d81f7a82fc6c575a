// What gRPC has for a whole process, and not for one server of it.
#ifndef MODELSERVICE_SERVER_GRPC_PROCESS_H_
#define MODELSERVICE_SERVER_GRPC_PROCESS_H_

#include <grpcpp/impl/server_builder_option.h>

#include <memory>

namespace modelservice {

// Sets its switches. To be called before a builder is made; as often as one
// likes.
void PrepareGrpc();

// Takes away what gRPC's libraries give to every server of the process:
// reflection, for ours is guarded (reflection.h), or is not wanted; and
// channelz, which asks nobody who he is.
std::unique_ptr<grpc::ServerBuilderOption> WithoutPlugins();

}  // namespace modelservice

#endif  // MODELSERVICE_SERVER_GRPC_PROCESS_H_
