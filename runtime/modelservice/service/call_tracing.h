// Which calls are part of a trace that somebody records, and what is told of
// them.
#ifndef MODELSERVICE_SERVICE_CALL_TRACING_H_
#define MODELSERVICE_SERVICE_CALL_TRACING_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/call_context.h"
#include "modelservice/spans.h"

namespace modelservice {

// Thread-safe.
class CallTracing {
 public:
  // `sink`, which outlives it, may be null: spans go nowhere. `examples`:
  // whether somebody reads the numbers.
  CallTracing(SpanSink* sink, bool examples)
      : sink_(sink), examples_(examples) {}

  // Before anything is done for the call.
  void Begin(CallContext& call) const {
    if (sink_ != nullptr) Look(call);
  }
  // The call has ended, with what its client is told.
  void End(const CallContext& call, SteadyTime start,
           const absl::Status& told) const;

  // The trace of a call that has ended, to be shown beside how long it took;
  // none where it is not known. Headers are looked at for calls that were slow,
  // and for a few of the others: that costs more than to count a call.
  std::optional<Trace> ExampleOf(const CallContext& call,
                                 absl::Duration taken) const;

 private:
  void Look(CallContext& call) const;

  SpanSink* const sink_;
  const bool examples_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CALL_TRACING_H_
