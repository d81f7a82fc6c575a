// Where the spans of one call go.
#ifndef MODELSERVICE_BASE_CALL_SPANS_H_
#define MODELSERVICE_BASE_CALL_SPANS_H_

#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "modelservice/base/span_queue.h"
#include "modelservice/base/trace.h"
#include "modelservice/spans.h"

namespace modelservice {

// Immutable; thread-safe.
class CallSpans {
 public:
  // `queue` outlives it.
  CallSpans(SpanQueue& queue, Trace trace)
      : queue_(queue), trace_(std::move(trace)) {}

  const Trace& trace() const { return trace_; }

  // The call itself has ended.
  void AddCall(absl::string_view method, SteadyTime start,
               const absl::Status& told) const;
  // A statement of it, by this thread or for it.
  void AddStatement(absl::string_view sql, SteadyTime start,
                    int64_t rows) const;

 private:
  friend class SpanScope;

  // A span of this trace, inside of what this thread is doing for the call.
  Span Inside(Span::Kind kind, absl::string_view name) const;
  // `span` ends now.
  void Add(Span span, SteadyTime start) const;

  SpanQueue& queue_;
  const Trace trace_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_CALL_SPANS_H_
