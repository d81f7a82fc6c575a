// LIST as a stream: of rows, or of pages (chunks of rows in one message, the
// fastest way to send many). Rows are read from one snapshot while the client
// takes them, so a slow client slows the reading and nothing piles up.
#ifndef MODELSERVICE_SERVICE_LIST_STREAM_H_
#define MODELSERVICE_SERVICE_LIST_STREAM_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "modelservice/service/plan.h"
#include "modelservice/service/stream.h"
#include "modelservice/service/worker_pool.h"

namespace modelservice {

// Starts the call; the reactor deletes itself.
grpc::ServerWriteReactor<grpc::ByteBuffer>* StartListStream(
    const ServicePlan& service, const MethodPlan& plan, WorkerPool& workers,
    grpc::CallbackServerContext* context, const grpc::ByteBuffer& request);

// The same rows into a blocking stream: what an override calls.
absl::Status WriteList(const ServicePlan& service, const MethodPlan& plan,
                       CallContext& call,
                       const google::protobuf::Message& request,
                       MessageStream& stream);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_LIST_STREAM_H_
