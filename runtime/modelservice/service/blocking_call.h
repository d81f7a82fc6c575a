// Streaming calls that run a handler's own method: it blocks on a worker
// thread, and gRPC's callbacks wake it.
//
// Each Start makes a reactor, which deletes itself.
#ifndef MODELSERVICE_SERVICE_BLOCKING_CALL_H_
#define MODELSERVICE_SERVICE_BLOCKING_CALL_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "modelservice/service/plan.h"

namespace modelservice {

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartServerStream(
    const ServicePlan& service, const MethodPlan& plan,
    grpc::CallbackServerContext* context, const grpc::ByteBuffer& request);

grpc::ServerReadReactor<grpc::ByteBuffer>* StartClientStream(
    const ServicePlan& service, const MethodPlan& plan,
    grpc::CallbackServerContext* context, grpc::ByteBuffer* response);

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StartBidiStream(
    const ServicePlan& service, const MethodPlan& plan,
    grpc::CallbackServerContext* context);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_BLOCKING_CALL_H_
