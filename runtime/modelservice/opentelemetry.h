// Spans for OpenTelemetry's C++ library, which a program that includes this has
// and links (opentelemetry-cpp::trace and an exporter); modelservice itself
// needs nothing of it.
//
//   auto spans = std::make_unique<modelservice::OpenTelemetrySpans>(
//       std::move(processor));
//
// is what a program gives Registry::SetSpanSink. The processor is one that
// batches (BatchSpanProcessorFactory) for an exporter
// (OtlpGrpcExporterFactory).
//
// Spans keep the ids that the log, the exemplars and the header traceparent
// have: they go to the processor as they are, past OpenTelemetry's own tracers.
#ifndef MODELSERVICE_OPENTELEMETRY_H_
#define MODELSERVICE_OPENTELEMETRY_H_

#include <opentelemetry/common/timestamp.h>
#include <opentelemetry/sdk/instrumentationscope/instrumentation_scope.h>
#include <opentelemetry/sdk/resource/resource.h>
#include <opentelemetry/sdk/trace/processor.h>
#include <opentelemetry/sdk/trace/recordable.h>
#include <opentelemetry/trace/span_context.h>
#include <opentelemetry/trace/trace_state.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/spans.h"

namespace modelservice {

// As fast as its processor: one that batches loses fewer spans. Thread-safe.
class OpenTelemetrySpans final : public SpanSink {
 public:
  explicit OpenTelemetrySpans(
      std::unique_ptr<opentelemetry::sdk::trace::SpanProcessor> processor,
      opentelemetry::sdk::resource::Resource resource =
          opentelemetry::sdk::resource::Resource::GetDefault())
      : processor_(std::move(processor)), resource_(std::move(resource)) {}
  // What is not exported yet is, before this returns.
  ~OpenTelemetrySpans() override { processor_->Shutdown(); }

  void Add(const Span& span) override {
    namespace trace = opentelemetry::trace;
    auto made = processor_->MakeRecordable();
    if (made == nullptr) return;
    made->SetIdentity(ContextOf(span, span.span_id),
                      IdOf<trace::SpanId>(span.parent_id));
    processor_->OnStart(*made, ContextOf(span, span.parent_id));
    made->SetName(span.name);
    made->SetStartTime(
        opentelemetry::common::SystemTimestamp(absl::ToChronoTime(span.start)));
    made->SetDuration(absl::ToChronoNanoseconds(span.taken));
    made->SetResource(resource_);
    made->SetInstrumentationScope(*scope_);
    // By OpenTelemetry's names for them.
    switch (span.kind) {
      case Span::Kind::kCall:
        made->SetSpanKind(trace::SpanKind::kServer);
        made->SetAttribute("rpc.system", "grpc");
        made->SetAttribute("rpc.method", span.name.c_str());
        made->SetAttribute("rpc.grpc.status_code",
                           static_cast<int64_t>(span.status.code()));
        break;
      case Span::Kind::kCode:
        made->SetSpanKind(trace::SpanKind::kInternal);
        break;
      case Span::Kind::kStatement:
        made->SetSpanKind(trace::SpanKind::kClient);
        made->SetAttribute("db.statement", span.sql.c_str());
        made->SetAttribute("db.rows", span.rows);
        break;
    }
    if (!span.status.ok()) {
      const std::string text(span.status.message());
      made->SetStatus(trace::StatusCode::kError, text);
    }
    processor_->OnEnd(std::move(made));
  }

 private:
  template <class Id>
  static Id IdOf(absl::string_view hex) {
    uint8_t bytes[Id::kSize] = {};
    for (size_t i = 0; i < Id::kSize && 2 * i < hex.size(); ++i) {
      uint32_t byte = 0;
      (void)absl::SimpleHexAtoi(hex.substr(2 * i, 2), &byte);
      bytes[i] = static_cast<uint8_t>(byte);
    }
    return Id(bytes);
  }

  // Of the span's trace, whose caller recorded it or which begins here.
  static opentelemetry::trace::SpanContext ContextOf(const Span& span,
                                                     absl::string_view id) {
    namespace trace = opentelemetry::trace;
    return trace::SpanContext(
        IdOf<trace::TraceId>(span.trace_id), IdOf<trace::SpanId>(id),
        trace::TraceFlags(trace::TraceFlags::kIsSampled),
        /*is_remote=*/false, trace::TraceState::FromHeader(span.state));
  }

  const std::unique_ptr<opentelemetry::sdk::trace::SpanProcessor> processor_;
  const opentelemetry::sdk::resource::Resource resource_;
  const std::unique_ptr<
      opentelemetry::sdk::instrumentationscope::InstrumentationScope>
      scope_ = opentelemetry::sdk::instrumentationscope::InstrumentationScope::
          Create("modelservice");
};

}  // namespace modelservice

#endif  // MODELSERVICE_OPENTELEMETRY_H_
