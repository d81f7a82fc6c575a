// Spans on their way to a sink, which is given them by a thread of its own: a
// sink that waits keeps nobody.
//
//   SpanQueue queue(std::move(sink));
//   queue.Add(span);
//   queue.Stop(After(absl::Seconds(1)));
//
// When as many spans wait as may, what comes then is dropped, and counted.
// Thread-safe.
#ifndef MODELSERVICE_BASE_SPAN_QUEUE_H_
#define MODELSERVICE_BASE_SPAN_QUEUE_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/measures.h"
#include "modelservice/spans.h"

namespace modelservice {

class SpanQueue {
 public:
  // Of spans, of which one takes half a kilobyte, and five at most.
  static constexpr size_t kMost = 8192;

  explicit SpanQueue(std::unique_ptr<SpanSink> sink, size_t most = kMost);
  // What still waits is dropped. A sink that does not come back is left behind,
  // with its thread.
  ~SpanQueue();
  SpanQueue(const SpanQueue&) = delete;
  SpanQueue& operator=(const SpanQueue&) = delete;

  // Whether there was a thread to be had.
  const absl::Status& started() const { return started_; }

  // As SpanSink's; on this thread.
  bool Begins(absl::string_view method) const;
  void Add(Span span);

  // Waits until the sink was given what was added. False when that took longer.
  bool Flush(SteadyTime until);
  // Takes nothing any more, gives the sink what waits, and destroys it. False
  // when that took longer. Once, or again.
  bool Stop(SteadyTime until);

  // What waits, and what was dropped.
  void Report(Measures& to) const;

 private:
  struct State;

  // The thread's, too.
  const std::shared_ptr<State> state_;
  absl::Status started_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_SPAN_QUEUE_H_
