// What only the runtime may see and do of a call.
#ifndef MODELSERVICE_SERVICE_CALL_ACCESS_H_
#define MODELSERVICE_SERVICE_CALL_ACCESS_H_

#include <memory>
#include <utility>

#include "modelservice/call_context.h"
#include "modelservice/service/row_access.h"

namespace modelservice {

struct CallAccess {
  // What permissions leave of the model's rows and columns.
  static void set_row_access(CallContext& call,
                             std::shared_ptr<const RowAccess> access) {
    call.row_access_ = std::move(access);
  }
  // What an interceptor answered; null when none did.
  static const google::protobuf::Message* answer(const CallContext& call) {
    return call.answer_.get();
  }
  // Before anybody asks for it.
  static void set_trace(CallContext& call, Trace trace) {
    call.trace_ = std::make_unique<const Trace>(std::move(trace));
  }
  // There is a sink of spans, whether it wants this call's or not: the call has
  // a place of its own in its trace, and says so to what it calls.
  static void set_joins_traces(CallContext& call) { call.joins_traces_ = true; }
  static bool joins_traces(const CallContext& call) {
    return call.joins_traces_;
  }
  // Null unless somebody asked for it.
  static const Trace* trace(const CallContext& call) {
    return call.trace_.get();
  }
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CALL_ACCESS_H_
