// Hides what the caller may not read in the replies that handlers make
// themselves: custom methods, and overridden ones.
#ifndef MODELSERVICE_SERVICE_REPLY_MASK_H_
#define MODELSERVICE_SERVICE_REPLY_MASK_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "modelservice/call_context.h"
#include "modelservice/orm/wire.h"
#include "modelservice/schema/model.h"
#include "modelservice/service/plan.h"

namespace modelservice {

// Whether a message of this type may have one of the model's in it, or is one.
bool MayContain(const google::protobuf::Descriptor& type, const Model& model);

// In the bytes of a reply, each message of the service's model, and of the
// others of RowAccess, loses the fields that the caller may not read; which
// these are is told by the message's own values. Not looked into: bytes, and
// what is packed into an Any.
absl::Status MaskReply(const ServicePlan& service, const MethodPlan& plan,
                       const CallContext& call, WireBuffer* wire);

// The same of what stands in fields without a column of `rows`, which are
// messages of the service's model.
void MaskRelated(const ServicePlan& service, const CallContext& call,
                 absl::Span<google::protobuf::Message* const> rows);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_REPLY_MASK_H_
