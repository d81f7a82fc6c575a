// BULK_CREATE: rows as a client streams them, in batches. Each batch is a
// transaction, made while the client waits for none: what is there of the
// stream is in memory, and no more than a batch of it.
#ifndef MODELSERVICE_SERVICE_BULK_CREATE_H_
#define MODELSERVICE_SERVICE_BULK_CREATE_H_

#include "absl/status/statusor.h"
#include "modelservice/call_context.h"
#include "modelservice/orm/wire.h"
#include "modelservice/service/plan.h"
#include "modelservice/stream.h"

namespace modelservice {

// The reply. An error names the row that is at fault by its place in the
// stream, and says in ErrorInfo's metadata how many were `created` before its
// batch, and stay. Blocks.
absl::StatusOr<WireBuffer> CreateInBulk(const ServicePlan& service,
                                        const MethodPlan& plan,
                                        const CallContext& call,
                                        MessageStream& stream);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_BULK_CREATE_H_
