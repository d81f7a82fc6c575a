#include "modelservice/service/request_log.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "modelservice/base/log_form.h"
#include "modelservice/base/share.h"
#include "modelservice/base/status_details.h"
#include "modelservice/log.h"
#include "modelservice/service/call_access.h"

namespace modelservice {
namespace {

std::string CallerOf(const CallContext& call) {
  const Principal& caller = call.principal();
  if (caller.is_anonymous()) return "anonymous";
  return absl::StrCat(caller.scheme, ":", caller.subject);
}

double Milliseconds(const CallCounts::Number& nanoseconds) {
  return static_cast<double>(nanoseconds.get()) / 1e6;
}

// What is 0 says nothing.
void AddCount(absl::string_view name, const CallCounts::Number& number,
              LogFields* fields) {
  if (number.get() != 0) fields->Number(name, number.get());
}

LogFields FieldsOf(const CallContext& call, absl::string_view code,
                   double taken, const std::string& peer,
                   const std::string& caller, const absl::Status& told) {
  LogFields fields;
  fields.Text("method", call.method())
      .Text("status", code)
      .Number("ms", taken)
      .Text("peer", peer)
      .Text("caller", caller)
      .AreInText();
  if (!told.ok()) fields.Text("reason", ErrorReason(told));
  const CallCounts& counts = *call.counts();
  if (counts.queue_time.get() != 0) {
    fields.Number("queue_ms", Milliseconds(counts.queue_time));
  }
  if (counts.sql_time.get() != 0) {
    fields.Number("sql_ms", Milliseconds(counts.sql_time));
  }
  AddCount("statements", counts.statements, &fields);
  AddCount("rows", counts.rows, &fields);
  AddCount("received", counts.bytes_received, &fields);
  AddCount("sent", counts.bytes_sent, &fields);
  fields.Text("request_id", call.request_id());
  if (call.metadata("traceparent").has_value() ||
      CallAccess::trace(call) != nullptr) {
    fields.Text("trace_id", call.trace().trace_id);
    fields.Text("span_id", call.trace().span_id);
  }
  return fields;
}

}  // namespace

void RequestLog::Set(const Options& options) {
  on_.store(options.on, std::memory_order_relaxed);
  share_.store(options.share, std::memory_order_relaxed);
  slow_.store(absl::ToInt64Nanoseconds(options.slow),
              std::memory_order_relaxed);
}

void RequestLog::Write(const CallContext& call, bool is_stream,
                       const absl::Status& told, absl::Duration taken) const {
  const bool is_slow = !is_stream && absl::ToInt64Nanoseconds(taken) >=
                                         slow_.load(std::memory_order_relaxed);
  if (!is_slow) {
    if (!on() || !IsLogged(Severity::kInfo)) return;
    if (told.ok() && !IsOfShare(share_.load(std::memory_order_relaxed))) return;
  }
  const std::string code = absl::StatusCodeToString(told.code());
  const std::string peer = call.peer();
  const std::string caller = CallerOf(call);
  const double ms = absl::ToDoubleMilliseconds(taken);
  Log(is_slow ? Severity::kWarning : Severity::kInfo,
      absl::StrCat(is_slow ? "slow call: " : "", LogWord(call.method()), " ",
                   code, absl::StrFormat(" %.3f ms ", ms), peer, " ",
                   LogWord(caller)),
      FieldsOf(call, code, ms, peer, caller, told));
}

}  // namespace modelservice
