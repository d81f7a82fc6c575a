// Which calls are part of a trace that somebody records, and what is told of
// them.
#ifndef MODELSERVICE_SERVICE_CALL_TRACING_H_
#define MODELSERVICE_SERVICE_CALL_TRACING_H_

#include <atomic>
#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/span_queue.h"
#include "modelservice/call_context.h"

namespace modelservice {

// Thread-safe.
class CallTracing {
 public:
  // `spans`, which outlives it, may be null: they go nowhere. `examples`:
  // whether somebody reads the numbers.
  CallTracing(SpanQueue* spans, bool examples)
      : spans_(spans), examples_(examples) {}

  // Of the traces that begin here: how many the sink is asked about.
  void set_share(double share) {
    share_.store(share, std::memory_order_relaxed);
  }

  // Before anything is done for the call.
  void Begin(CallContext& call) const {
    if (spans_ != nullptr) Look(call);
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
  // Whether a trace that begins with this call is recorded.
  bool Begins(const CallContext& call) const;

  SpanQueue* const spans_;
  const bool examples_;
  std::atomic<double> share_{1};
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_CALL_TRACING_H_
