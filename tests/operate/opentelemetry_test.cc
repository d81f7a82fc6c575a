// Spans in OpenTelemetry's C++ library, where that is installed.
#include "modelservice/opentelemetry.h"

#include <gtest/gtest.h>
#include <opentelemetry/exporters/memory/in_memory_span_exporter.h>
#include <opentelemetry/sdk/trace/batch_span_processor.h>
#include <opentelemetry/sdk/trace/batch_span_processor_options.h>
#include <opentelemetry/sdk/trace/span_data.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace modelservice {
namespace {

namespace otel = opentelemetry;
namespace trace = opentelemetry::trace;

template <class Id>
std::string Hex(const Id& id) {
  char digits[2 * Id::kSize];
  id.ToLowerBase16(digits);
  return std::string(digits, sizeof(digits));
}

Span CallOf() {
  Span span;
  span.kind = Span::Kind::kCall;
  span.name = "/shelf.Books/Read";
  span.trace_id = "0af7651916cd43dd8448eb211c80319c";
  span.span_id = "b7ad6b7169203331";
  span.parent_id = "00f067aa0ba902b7";
  span.state = "vendor=1,other=2";
  span.start = absl::FromUnixMillis(1'700'000'000'123);
  span.taken = absl::Milliseconds(3);
  span.status = absl::NotFoundError("gone");
  return span;
}

// Through the processor that programs use, whose last batch goes out with it.
TEST(OpenTelemetrySpansTest, KeepTheirIds) {
  auto exporter =
      std::make_unique<otel::exporter::memory::InMemorySpanExporter>();
  const auto data = exporter->GetData();
  {
    OpenTelemetrySpans spans(
        std::make_unique<otel::sdk::trace::BatchSpanProcessor>(
            std::move(exporter),
            otel::sdk::trace::BatchSpanProcessorOptions{}));
    Span statement = CallOf();
    statement.kind = Span::Kind::kStatement;
    statement.name = "SELECT";
    statement.parent_id = statement.span_id;
    statement.span_id = "00f067aa0ba902b8";
    statement.sql = "SELECT ?";
    statement.rows = 3;
    statement.status = absl::OkStatus();
    spans.Add(statement);
    spans.Add(CallOf());
    Span begins = CallOf();
    begins.kind = Span::Kind::kCode;
    begins.parent_id.clear();
    spans.Add(begins);
  }
  const auto made = data->GetSpans();
  ASSERT_EQ(made.size(), 3u);
  const auto& statement = *made[0];
  EXPECT_EQ(statement.GetName(), "SELECT");
  EXPECT_EQ(statement.GetSpanKind(), trace::SpanKind::kClient);
  EXPECT_EQ(statement.GetAttributes().count("db.statement"), 1u);
  EXPECT_EQ(statement.GetStatus(), trace::StatusCode::kUnset);

  const auto& call = *made[1];
  EXPECT_EQ(Hex(call.GetTraceId()), CallOf().trace_id);
  EXPECT_EQ(Hex(call.GetSpanId()), CallOf().span_id);
  EXPECT_EQ(Hex(call.GetParentSpanId()), CallOf().parent_id);
  EXPECT_EQ(call.GetSpanContext().trace_state()->ToHeader(), CallOf().state);
  EXPECT_TRUE(call.GetSpanContext().IsSampled());
  EXPECT_EQ(call.GetSpanKind(), trace::SpanKind::kServer);
  EXPECT_EQ(call.GetStartTime().time_since_epoch(),
            std::chrono::milliseconds(1'700'000'000'123));
  EXPECT_EQ(call.GetDuration(), std::chrono::milliseconds(3));
  EXPECT_EQ(call.GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(call.GetDescription(), "gone");

  EXPECT_FALSE(made[2]->GetParentSpanId().IsValid());
  EXPECT_EQ(made[2]->GetSpanKind(), trace::SpanKind::kInternal);
}

}  // namespace
}  // namespace modelservice
