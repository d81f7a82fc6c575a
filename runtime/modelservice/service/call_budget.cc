#include "modelservice/service/call_budget.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"

namespace modelservice {

absl::Status CallBudget::EnterStream() {
  if (streams_.fetch_add(1, std::memory_order_relaxed) < most_.streams) {
    return absl::OkStatus();
  }
  Leave(/*stream=*/true);
  refused_streams_.Add();
  const std::string text = absl::StrCat(
      "The server has ", most_.streams,
      " streams open, as many as it may (max_streams); try again later.");
  log_.Log(Severity::kWarning, text);
  return BoundReached(text, "TOO_MANY_STREAMS");
}

absl::Status CallBudget::EnterReadingStream() {
  if (reading_streams_.fetch_add(1, std::memory_order_relaxed) <
      most_.reading_streams) {
    return absl::OkStatus();
  }
  LeaveReadingStream();
  refused_reading_streams_.Add();
  return BoundReached(
      absl::StrCat("The server has ", most_.reading_streams,
                   " streams open that send from inside of a transaction, as "
                   "many as it may (max_reading_streams); try again later."),
      "TOO_MANY_READING_STREAMS");
}

void CallBudget::Report(Measures& to) const {
  const auto add = [&](absl::string_view queue, const std::atomic<int>& now,
                       int most, const Counter& refused) {
    to.AddQueue(queue, static_cast<size_t>(std::max(0, now.load())),
                static_cast<size_t>(most), refused.value());
  };
  add("calls", calls_, most_.calls, refused_);
  add("streams", streams_, most_.streams, refused_streams_);
  add("reading streams", reading_streams_, most_.reading_streams,
      refused_reading_streams_);
}

absl::Status CallBudget::NoMoreCalls() const {
  const std::string text = absl::StrCat(
      "The server is running ", most_.calls,
      " calls, as many as it may (maximum_concurrent_rpcs); try again later.");
  log_.Log(Severity::kWarning, text);
  return BoundReached(text, "CONCURRENCY_LIMIT_EXCEEDED");
}

}  // namespace modelservice
