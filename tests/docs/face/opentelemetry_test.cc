// OpenTelemetrySpans, with OpenTelemetry's own SDK behind it.
#include "modelservice/opentelemetry.h"

#include <gtest/gtest.h>
#include <opentelemetry/sdk/trace/exporter.h>
#include <opentelemetry/sdk/trace/simple_processor.h>
#include <opentelemetry/sdk/trace/span_data.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

namespace sdk = opentelemetry::sdk;
namespace trace = opentelemetry::trace;
using ::modelservice::Span;
using SpanDatas = std::vector<std::unique_ptr<sdk::trace::SpanData>>;

// Keeps what is exported.
class Kept final : public sdk::trace::SpanExporter {
 public:
  explicit Kept(SpanDatas* spans) : spans_(spans) {}
  std::unique_ptr<sdk::trace::Recordable> MakeRecordable() noexcept override {
    return std::make_unique<sdk::trace::SpanData>();
  }
  sdk::common::ExportResult Export(
      const opentelemetry::nostd::span<std::unique_ptr<sdk::trace::Recordable>>&
          spans) noexcept override {
    for (auto& span : spans) {
      spans_->emplace_back(static_cast<sdk::trace::SpanData*>(span.release()));
    }
    return sdk::common::ExportResult::kSuccess;
  }
  bool ForceFlush(std::chrono::microseconds) noexcept override { return true; }
  bool Shutdown(std::chrono::microseconds) noexcept override { return true; }

 private:
  SpanDatas* const spans_;
};

template <class Id>
std::string Hex(const Id& id) {
  std::string text(Id::kSize * 2, ' ');
  id.ToLowerBase16(opentelemetry::nostd::span<char, Id::kSize * 2>(
      text.data(), text.size()));
  return text;
}

template <class Value>
Value AttributeOf(const sdk::trace::SpanData& span, const std::string& name) {
  return opentelemetry::nostd::get<Value>(span.GetAttributes().at(name));
}

TEST(OpenTelemetrySpans, KeepTheirIds) {
  SpanDatas kept;
  {
    auto processor = std::make_unique<sdk::trace::SimpleSpanProcessor>(
        std::make_unique<Kept>(&kept));
    auto spans = std::make_unique<modelservice::OpenTelemetrySpans>(
        std::move(processor));
    Span span;
    span.kind = Span::Kind::kCall;
    span.name = "/shelf.Books/Create";
    span.trace_id = "0af7651916cd43dd8448eb211c80319c";
    span.span_id = "00f067aa0ba902b7";
    span.parent_id = "b7ad6b7169203331";
    span.state = "vendor=1";
    span.start = absl::FromUnixMicros(1520879607789123);
    span.taken = absl::Microseconds(1234);
    span.status = absl::NotFoundError("Gone.");
    spans->Add(span);
    span.kind = Span::Kind::kStatement;
    span.name = "SELECT";
    span.sql = "SELECT 1";
    span.rows = 7;
    span.parent_id = "";
    span.status = absl::OkStatus();
    spans->Add(span);
  }
  ASSERT_EQ(kept.size(), 2u);
  const sdk::trace::SpanData& call = *kept[0];
  EXPECT_EQ(std::string(call.GetName()), "/shelf.Books/Create");
  EXPECT_EQ(Hex(call.GetTraceId()), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(Hex(call.GetSpanId()), "00f067aa0ba902b7");
  EXPECT_EQ(Hex(call.GetParentSpanId()), "b7ad6b7169203331");
  EXPECT_TRUE(call.GetSpanContext().IsSampled());
  EXPECT_EQ(call.GetSpanContext().trace_state()->ToHeader(), "vendor=1");
  EXPECT_EQ(call.GetSpanKind(), trace::SpanKind::kServer);
  EXPECT_EQ(call.GetStatus(), trace::StatusCode::kError);
  EXPECT_EQ(std::string(call.GetDescription()), "Gone.");
  EXPECT_EQ(call.GetStartTime().time_since_epoch(),
            std::chrono::microseconds(1520879607789123));
  EXPECT_EQ(call.GetDuration(), std::chrono::microseconds(1234));
  EXPECT_EQ(AttributeOf<int64_t>(call, "rpc.grpc.status_code"), 5);

  const sdk::trace::SpanData& statement = *kept[1];
  EXPECT_FALSE(statement.GetParentSpanId().IsValid());
  EXPECT_EQ(statement.GetSpanKind(), trace::SpanKind::kClient);
  EXPECT_EQ(statement.GetStatus(), trace::StatusCode::kUnset);
  EXPECT_EQ(AttributeOf<std::string>(statement, "db.statement"), "SELECT 1");
  EXPECT_EQ(AttributeOf<int64_t>(statement, "db.rows"), 7);
}

}  // namespace
