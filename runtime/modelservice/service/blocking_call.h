// Streaming calls that run a handler's own method: it blocks on a worker
// thread, and gRPC's callbacks wake it.
#ifndef MODELSERVICE_SERVICE_BLOCKING_CALL_H_
#define MODELSERVICE_SERVICE_BLOCKING_CALL_H_

#include <grpcpp/server_context.h>

#include "modelservice/service/guarded_call.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// For each of the streaming shapes. The reactor deletes itself.
Reactor* StartBlockingCall(const ServicePlan& service, const MethodPlan& plan,
                           grpc::CallbackServerContext* context);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_BLOCKING_CALL_H_
