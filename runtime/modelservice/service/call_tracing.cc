#include "modelservice/service/call_tracing.h"

#include <memory>
#include <utility>

#include "modelservice/base/call_spans.h"
#include "modelservice/base/share.h"
#include "modelservice/service/call_access.h"

namespace modelservice {
namespace {

constexpr absl::Duration kSlow = absl::Milliseconds(5);
// Of calls that are not, one in so many is looked at.
constexpr unsigned kQuickOnes = 16;

}  // namespace

// As W3C's Trace Context has it: the caller's flag says whether its trace is
// recorded. A header that is none is no header.
void CallTracing::Look(CallContext& call) const {
  CallAccess::set_joins_traces(call);
  const auto parent = call.metadata("traceparent");
  // To make a trace costs more than to look for one.
  if (!parent.has_value() && !Begins(call)) return;
  Trace trace = Trace::Continue(parent, call.metadata("tracestate"));
  if (trace.parent_id.empty()) {
    trace.sampled = !parent.has_value() || Begins(call);
  }
  if (trace.sampled) {
    call.counts()->spans = std::make_shared<const CallSpans>(*spans_, trace);
  }
  CallAccess::set_trace(call, std::move(trace));
}

bool CallTracing::Begins(const CallContext& call) const {
  return IsOfShare(share_.load(std::memory_order_relaxed)) &&
         spans_->Begins(call.method());
}

void CallTracing::End(const CallContext& call, SteadyTime start,
                      const absl::Status& told) const {
  const auto& spans = call.counts()->spans;
  if (spans != nullptr) spans->AddCall(call.method(), start, told);
}

std::optional<Trace> CallTracing::ExampleOf(const CallContext& call,
                                            absl::Duration taken) const {
  const auto& spans = call.counts()->spans;
  if (spans != nullptr) return spans->trace();
  if (!examples_) return std::nullopt;
  static thread_local unsigned quick = 0;
  if (taken < kSlow && quick++ % kQuickOnes != 0) return std::nullopt;
  if (!call.metadata("traceparent").has_value()) return std::nullopt;
  return call.trace();
}

}  // namespace modelservice
