// LIST as a stream: of rows, or of pages (chunks of rows in one message, the
// fastest way to send many). Rows are read from one snapshot while the client
// takes them, so a slow client slows the reading and nothing piles up. When it
// takes none for a while (StreamKeeper), the snapshot is given up, and the
// stream goes on behind the last row with what there is then.
#ifndef MODELSERVICE_SERVICE_LIST_STREAM_H_
#define MODELSERVICE_SERVICE_LIST_STREAM_H_

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>

#include "modelservice/service/guarded_call.h"
#include "modelservice/service/plan.h"
#include "modelservice/stream.h"

namespace modelservice {

// Starts the call; the reactor deletes itself.
Reactor* StartListStream(const ServicePlan& service, const MethodPlan& plan,
                         grpc::CallbackServerContext* context);

// The same rows into a blocking stream, part by part, each with a snapshot of
// its own unless a transaction holds one: what an override calls.
absl::Status WriteList(const ServicePlan& service, const MethodPlan& plan,
                       const CallContext& call,
                       const google::protobuf::Message& request,
                       MessageStream& stream);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_LIST_STREAM_H_
