#include "modelservice/base/span_queue.h"

#include <deque>
#include <exception>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/thread.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

// Spans gather for so long, so that whoever adds one seldom has to wake a
// thread.
constexpr absl::Duration kGather = absl::Milliseconds(10);
// Of those that the thread takes at once.
constexpr size_t kTaken = 256;
// With a sink whose queue goes.
constexpr absl::Duration kPatience = absl::Seconds(1);

}  // namespace

struct SpanQueue::State {
  State(std::unique_ptr<SpanSink> sink, size_t most)
      : most(most), sink(std::move(sink)) {}

  void Loop();
  std::vector<Span> Next();
  // Runs code of the sink, which is the program's.
  template <class Code>
  void Guard(Code code);
  bool Flush(SteadyTime until) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  bool Stop(SteadyTime until) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

  const size_t most;
  Mutex mutex;
  // Until the end: the thread destroys it, for that may wait, too, as an
  // exporter does.
  std::shared_ptr<SpanSink> sink ABSL_GUARDED_BY(mutex);
  CondVar added;
  CondVar given;
  std::deque<Span> spans ABSL_GUARDED_BY(mutex);
  // Waiting, or in the sink's hands.
  size_t pending ABSL_GUARDED_BY(mutex) = 0;
  int64_t dropped ABSL_GUARDED_BY(mutex) = 0;
  // Somebody waits for all of them.
  int flushes ABSL_GUARDED_BY(mutex) = 0;
  bool stopped ABSL_GUARDED_BY(mutex) = false;
  bool ended ABSL_GUARDED_BY(mutex) = false;
  SeldomLog faults;
  SeldomLog drops;
};

template <class Code>
void SpanQueue::State::Guard(Code code) {
  try {
    code();
  } catch (const std::exception& thrown) {
    faults.Log(Severity::kError,
               absl::StrCat("a SpanSink threw: ", thrown.what()));
  } catch (...) {
    faults.Log(Severity::kError, "a SpanSink threw");
  }
}

SpanQueue::SpanQueue(std::unique_ptr<SpanSink> sink, size_t most)
    : state_(std::make_shared<State>(std::move(sink), most)),
      started_(Thread::Detach("the sink of spans",
                              [state = state_] { state->Loop(); })) {
  if (!started_.ok()) {
    const MutexLock lock(state_->mutex);
    state_->ended = true;
  }
}

SpanQueue::~SpanQueue() {
  State& state = *state_;
  const MutexLock lock(state.mutex);
  state.pending -= state.spans.size();
  state.spans.clear();
  state.Stop(After(kPatience));
}

bool SpanQueue::Begins(absl::string_view method) const {
  std::shared_ptr<SpanSink> sink;
  {
    const MutexLock lock(state_->mutex);
    sink = state_->sink;
  }
  bool begins = false;
  if (sink != nullptr) {
    state_->Guard([&] { begins = sink->Begins(method); });
  }
  return begins;
}

void SpanQueue::Add(Span span) {
  State& state = *state_;
  bool full = false;
  {
    const MutexLock lock(state.mutex);
    full = state.pending >= state.most || state.stopped;
    if (full) {
      ++state.dropped;
    } else {
      state.spans.push_back(std::move(span));
      ++state.pending;
      // It sleeps without any, and gathers otherwise.
      if (state.spans.size() == 1 || state.spans.size() == kTaken) {
        state.added.NotifyOne();
      }
    }
  }
  if (full) {
    state.drops.Log(Severity::kWarning,
                    "spans were dropped: their sink takes them too slowly");
  }
}

bool SpanQueue::Flush(SteadyTime until) {
  const MutexLock lock(state_->mutex);
  return state_->Flush(until);
}

bool SpanQueue::Stop(SteadyTime until) {
  const MutexLock lock(state_->mutex);
  return state_->Stop(until);
}

bool SpanQueue::State::Stop(SteadyTime until) {
  stopped = true;
  added.NotifyAll();
  while (!ended && given.WaitUntil(mutex, until)) {
  }
  return ended;
}

bool SpanQueue::State::Flush(SteadyTime until) {
  ++flushes;
  added.NotifyAll();
  bool in_time = true;
  while (pending > 0 && !ended && in_time) {
    in_time = given.WaitUntil(mutex, until);
  }
  --flushes;
  return pending == 0;
}

void SpanQueue::Report(Measures& to) const {
  const MutexLock lock(state_->mutex);
  to.AddQueue("spans", state_->pending, state_->most, state_->dropped);
}

void SpanQueue::State::Loop() {
  std::shared_ptr<SpanSink> to;
  {
    const MutexLock lock(mutex);
    to = sink;
  }
  for (std::vector<Span> next = Next(); !next.empty(); next = Next()) {
    for (const Span& span : next) Guard([&] { to->Add(span); });
    const MutexLock lock(mutex);
    pending -= next.size();
    given.NotifyAll();
  }
  {
    const MutexLock lock(mutex);
    sink = nullptr;
  }
  to = nullptr;
  const MutexLock lock(mutex);
  ended = true;
  given.NotifyAll();
}

// Empty when the end has come.
std::vector<Span> SpanQueue::State::Next() {
  const MutexLock lock(mutex);
  while (spans.empty() && !stopped) added.Wait(mutex);
  for (const SteadyTime until = After(kGather);
       spans.size() < kTaken && !stopped && flushes == 0;) {
    if (!added.WaitUntil(mutex, until)) break;
  }
  std::vector<Span> next;
  while (!spans.empty() && next.size() < kTaken) {
    next.push_back(std::move(spans.front()));
    spans.pop_front();
  }
  return next;
}

}  // namespace modelservice
