// Calls, of every shape, of a handler's own method in its other form: it
// returns, and the call goes on without a thread (async_stream.h).
#ifndef MODELSERVICE_SERVICE_ASYNC_CALL_H_
#define MODELSERVICE_SERVICE_ASYNC_CALL_H_

#include <grpcpp/server_context.h>

#include "absl/status/status.h"
#include "modelservice/handler.h"
#include "modelservice/service/guarded_call.h"
#include "modelservice/service/method.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// `context` is one of KeptContexts. The reactor deletes itself.
Reactor* StartAsyncCall(const ServicePlan& service, const MethodPlan& plan,
                        grpc::CallbackServerContext* context);

// INVALID_ARGUMENT for a method in this form whose options give it a
// transaction, which would end when the method returns.
absl::Status CheckStarts(const Service& service, const Overrides& overrides);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_ASYNC_CALL_H_
