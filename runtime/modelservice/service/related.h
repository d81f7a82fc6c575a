// Fields without a column in calls of the standard methods: filled in every
// reply, by one statement for each field, and written with the row where they
// may be (MakeRelated in operation.h).
//
// Rows come as their own model's services would show them to the caller: those
// of Scope and access, without what it may not read.
#ifndef MODELSERVICE_SERVICE_RELATED_H_
#define MODELSERVICE_SERVICE_RELATED_H_

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "modelservice/call_context.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/wire.h"
#include "modelservice/service/plan.h"
#include "modelservice/service/read_mask.h"

namespace modelservice {

// Whether the service's messages have such fields.
inline bool HasRelated(const ServicePlan& service) {
  return service.model != nullptr && !service.model->related.empty();
}

// Fills those that `mask` asks for in replies of the method, and takes out what
// it does not. Waits for the database.
absl::Status FillReplies(const ServicePlan& service, const MethodPlan& plan,
                         const CallContext& call, const ReadMask& mask,
                         const Session& session,
                         absl::Span<WireBuffer> replies);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_RELATED_H_
