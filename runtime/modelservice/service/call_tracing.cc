#include "modelservice/service/call_tracing.h"

#include <memory>
#include <utility>

#include "modelservice/base/call_spans.h"
#include "modelservice/service/call_access.h"

namespace modelservice {
namespace {

constexpr absl::Duration kSlow = absl::Milliseconds(5);
// Of calls that are not, one in so many is looked at.
constexpr unsigned kQuickOnes = 16;

}  // namespace

void CallTracing::Look(CallContext& call) const {
  const auto parent = call.metadata("traceparent");
  // To make a trace costs more than to look for one.
  if (!parent.has_value() && !sink_->Begins(call.method())) return;
  Trace trace = Trace::Continue(parent, call.metadata("tracestate"));
  if (trace.parent_id.empty()) {
    trace.sampled = !parent.has_value() || sink_->Begins(call.method());
  }
  if (trace.sampled) {
    call.counts()->spans = std::make_shared<const CallSpans>(*sink_, trace);
  }
  CallAccess::set_trace(call, std::move(trace));
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
  const auto parent = call.metadata("traceparent");
  if (!parent.has_value()) return std::nullopt;
  // Not the context's own, which the program may be making on its thread.
  return Trace::Continue(parent, call.metadata("tracestate"));
}

}  // namespace modelservice
