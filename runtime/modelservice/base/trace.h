// W3C Trace Context (https://www.w3.org/TR/trace-context/): which trace a call
// is part of, taken from its headers and given on to what it calls.
//
//   const Trace trace = Trace::Continue(call.metadata("traceparent"),
//                                       call.metadata("tracestate"));
//   context.AddMetadata("traceparent", trace.Header());
//
// Immutable.
#ifndef MODELSERVICE_BASE_TRACE_H_
#define MODELSERVICE_BASE_TRACE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

struct Trace {
  std::string trace_id;   // 32 hexadecimal digits
  std::string span_id;    // 16: this call's, the parent of what it calls
  std::string parent_id;  // 16: the caller's; empty where the trace begins
  bool sampled = false;   // whether the caller records the trace
  std::string state;      // `tracestate`, as it came

  // A call's own place in its caller's trace; in a new one where `traceparent`
  // is absent or none.
  static Trace Continue(std::optional<absl::string_view> traceparent,
                        std::optional<absl::string_view> tracestate);

  // `traceparent` for what the call calls.
  std::string Header() const;
};

// `size` hexadecimal digits, an even number: for ids that need to be different
// and no secret.
std::string NewHexId(int size);

// Whether a client may have chosen it: up to 128 letters, digits and
// "-_.:/+=@", so that it is one word in a log.
bool IsSaneId(absl::string_view id);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_TRACE_H_
