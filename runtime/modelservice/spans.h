// Spans: what was done in calls and how long it took, for whoever records
// traces. A program hands its own recorder to the registry:
//
//   class Recorder final : public modelservice::SpanSink {
//    public:
//     void Add(const modelservice::Span& span) override {
//       modelservice::Log(modelservice::Severity::kInfo, span.name);
//     }
//   };
//
//   registry.SetSpanSink(std::make_unique<Recorder>());
//
// Where OpenTelemetry's C++ library is, OpenTelemetrySpans (opentelemetry.h) is
// one.
#ifndef MODELSERVICE_SPANS_H_
#define MODELSERVICE_SPANS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/clock.h"

namespace modelservice {

// Something that has ended. Ids are hexadecimal, as in the header traceparent.
struct Span {
  enum class Kind {
    kCall,       // named by its method: "/shop.OrderService/Create"
    kCode,       // a hook, "BeforeCreate", or what SpanScope named
    kStatement,  // named by its first word: "INSERT"
  };
  Kind kind = Kind::kCode;
  std::string name;
  std::string trace_id;   // 32 digits
  std::string span_id;    // 16
  std::string parent_id;  // 16; empty where the trace begins
  std::string state;      // `tracestate`, as the client sent it
  absl::Time start;
  absl::Duration taken;
  // Of a call, what its client is told; of a statement always OK.
  absl::Status status;
  // Of a statement: its SQL, with placeholders for what is in it, its first 4
  // KB; and the rows that it gave, or else wrote.
  std::string sql;
  int64_t rows = 0;
};

// Owned by the registry, and then the server's.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  // Whether to record a call whose client says nothing of traces, after the
  // setting trace_share. Where a client sends a traceparent, that says whether.
  // Called by gRPC's threads: must not wait.
  virtual bool Begins(absl::string_view /*method*/) { return true; }
  // Spans come in the order in which they end: those inside of another one
  // first. Called by a thread of its own, which may wait: no call waits for it,
  // but when thousands of spans are waiting, what comes then is dropped, and
  // counted (modelservice_queue_refused_total of the queue "spans"). A server
  // that stops gives it what is left.
  virtual void Add(const Span& span) = 0;
};

class CallSpans;

// A span of this thread's own code while it lives, inside of the span that is
// around it. Statements of this thread are inside of it. Costs nothing where
// the call is not recorded.
//
//   const SpanScope span("price the order");
class SpanScope {
 public:
  explicit SpanScope(absl::string_view name);
  ~SpanScope();
  SpanScope(const SpanScope&) = delete;
  SpanScope& operator=(const SpanScope&) = delete;

  // How it ends; OK unless it is said.
  void set_status(const absl::Status& status);

 private:
  friend class CallSpans;
  // Of the thread: the innermost one that lives.
  static const SpanScope*& Innermost();

  // Null where nothing is recorded.
  const std::shared_ptr<const CallSpans> spans_;
  Span span_;
  SteadyTime start_;
  const SpanScope* outer_ = nullptr;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SPANS_H_
