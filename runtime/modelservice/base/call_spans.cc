#include "modelservice/base/call_spans.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/base/call_counts.h"

namespace modelservice {
namespace {

// What is kept of a statement: spans wait in a queue.
constexpr size_t kMaxSql = 4 << 10;

// "INSERT" of "INSERT INTO ...".
absl::string_view FirstWord(absl::string_view sql) {
  const auto end =
      std::find_if_not(sql.begin(), sql.end(), absl::ascii_isalpha);
  return sql.substr(0, static_cast<size_t>(end - sql.begin()));
}

}  // namespace

Span CallSpans::Inside(Span::Kind kind, absl::string_view name) const {
  Span span;
  span.kind = kind;
  span.name = std::string(name);
  span.trace_id = trace_.trace_id;
  span.span_id = NewHexId(16);
  const SpanScope* const around = SpanScope::Innermost();
  span.parent_id = around != nullptr && around->spans_.get() == this
                       ? around->span_.span_id
                       : trace_.span_id;
  span.state = trace_.state;
  return span;
}

void CallSpans::Add(Span span, SteadyTime start) const {
  span.taken = Since(start);
  span.start = absl::Now() - span.taken;
  queue_.Add(std::move(span));
}

void CallSpans::AddCall(absl::string_view method, SteadyTime start,
                        const absl::Status& told) const {
  Span span;
  span.kind = Span::Kind::kCall;
  span.name = std::string(method);
  span.trace_id = trace_.trace_id;
  span.span_id = trace_.span_id;
  span.parent_id = trace_.parent_id;
  span.state = trace_.state;
  span.status = told;
  Add(std::move(span), start);
}

void CallSpans::AddStatement(absl::string_view sql, SteadyTime start,
                             int64_t rows) const {
  Span span = Inside(Span::Kind::kStatement, FirstWord(sql));
  span.sql =
      absl::StrCat(sql.substr(0, kMaxSql), sql.size() > kMaxSql ? "..." : "");
  span.rows = rows;
  Add(std::move(span), start);
}

const SpanScope*& SpanScope::Innermost() {
  static thread_local const SpanScope* innermost = nullptr;
  return innermost;
}

SpanScope::SpanScope(absl::string_view name)
    : spans_(CallCounts::Current() == nullptr ? nullptr
                                              : CallCounts::Current()->spans) {
  if (spans_ == nullptr) return;
  span_ = spans_->Inside(Span::Kind::kCode, name);
  start_ = SteadyNow();
  outer_ = std::exchange(Innermost(), this);
}

SpanScope::~SpanScope() {
  if (spans_ == nullptr) return;
  Innermost() = outer_;
  spans_->Add(std::move(span_), start_);
}

void SpanScope::set_status(const absl::Status& status) {
  span_.status = status;
}

}  // namespace modelservice
