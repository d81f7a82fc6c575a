#include "modelservice/base/executor.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/mutex.h"
#include "modelservice/base/status_details.h"
#include "modelservice/base/thread.h"

namespace modelservice {
namespace {

// How long a thread beyond the usual number waits for more to do.
constexpr absl::Duration kSpareTime = absl::Seconds(10);
// Between looks for waiting tasks whose calls have ended.
constexpr absl::Duration kBetweenLooks = absl::Milliseconds(20);
// Threads whose room is looked for at once, and how long it is not after there
// was none: to look takes them away for a moment.
constexpr int kRoom = 2;
constexpr absl::Duration kBetweenTries = absl::Seconds(1);

absl::Status NoThreads() {
  return BoundReached(
      "The system gives the server no more threads; try again later.",
      "NO_THREADS");
}

}  // namespace

struct Executor::State {
  explicit State(const Options& o) : options(o) {}

  struct Waiting {
    const CallLimits* limits;
    Task task;
    SteadyTime since = SteadyNow();

    void Run(const absl::Status& admitted) {
      const CallCounts::Scope scope(limits == nullptr ? nullptr
                                                      : limits->counts());
      task(admitted);
    }
  };
  using Continuation = absl::AnyInvocable<void()>;

  // That whose task this thread runs; null for other threads.
  static State*& Current();
  // What a thread of ours does, from its start.
  void Work() ABSL_LOCKS_EXCLUDED(mutex);
  // Runs the next one. The lock is not held meanwhile.
  void RunNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Sees to it that a thread comes for what waits, if one may. One thread at a
  // time is on its way and gets the next one: under load few threads do all,
  // without a system call and a change of threads for each task. False when
  // none can be made, and those that there are all wait for clients.
  bool Call() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Whether the system has a thread for this beside the spare ones.
  bool HasRoom() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Takes a task in, for which there is room, unless it is returned why not.
  absl::Status Push(const CallLimits* limits, Task& task)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    return !begun.empty() || !waiting.empty();
  }

  const Options options;
  // Shared with the threads.
  std::weak_ptr<State> self;
  Mutex mutex;
  CondVar work;
  CondVar ended;
  std::deque<Continuation> begun ABSL_GUARDED_BY(mutex);
  std::deque<Waiting> waiting ABSL_GUARDED_BY(mutex);
  int threads ABSL_GUARDED_BY(mutex) = 0;
  int sleeping ABSL_GUARDED_BY(mutex) = 0;
  int running ABSL_GUARDED_BY(mutex) = 0;  // tasks, without the idle ones
  int idle ABSL_GUARDED_BY(mutex) = 0;     // tasks that are Idle
  bool calling ABSL_GUARDED_BY(mutex) = false;
  SteadyTime look_again ABSL_GUARDED_BY(mutex);
  // Threads that were to be had beside the spare ones, at the last look.
  int known_room ABSL_GUARDED_BY(mutex) = 0;
  SteadyTime try_again ABSL_GUARDED_BY(mutex);
  int64_t refused ABSL_GUARDED_BY(mutex) = 0;
  Histogram waits{Histogram::kSeconds};
  bool closed ABSL_GUARDED_BY(mutex) = false;
};

bool Executor::State::Call() {
  if (calling || running >= options.threads || !HasWork()) return true;
  if (sleeping > 0) {
    calling = true;
    work.NotifyOne();
    return true;
  }
  if (threads >= options.max_threads) return true;
  // When the system has no more, those that there are do the work.
  const auto work_on = [state = self.lock()] { state->Work(); };
  if (!HasRoom() || !Thread::Detach("a task", work_on).ok()) {
    return threads > idle;
  }
  known_room = std::max(0, known_room - 1);
  ++threads;
  calling = true;
  return true;
}

bool Executor::State::HasRoom() {
  if (options.spare_threads == 0 || threads == 0 || known_room > 0) return true;
  const SteadyTime now = SteadyNow();
  if (now < try_again) return false;
  if (CheckThreads(options.spare_threads + kRoom).ok()) {
    known_room = kRoom;
    return true;
  }
  try_again = After(kBetweenTries, now);
  return false;
}

absl::Status Executor::State::Push(const CallLimits* limits, Task& task) {
  if (closed) return ServerStopping();
  waiting.push_back(Waiting{limits, std::move(task)});
  if (Call()) return absl::OkStatus();
  task = std::move(waiting.back().task);
  waiting.pop_back();
  return NoThreads();
}

void Executor::State::RunNext() {
  ++running;
  if (!begun.empty()) {
    Continuation task = std::move(begun.front());
    begun.pop_front();
    Call();
    mutex.Unlock();
    task();
    task = nullptr;
    mutex.Lock();
  } else {
    Waiting next = std::move(waiting.front());
    waiting.pop_front();
    Call();
    mutex.Unlock();
    const absl::Duration waited = Since(next.since);
    waits.Add(waited);
    CallCounts* const counts =
        next.limits == nullptr ? nullptr : next.limits->counts();
    if (counts != nullptr) counts->queue_time.Add(waited);
    next.Run(CheckCall(next.limits));
    next.task = nullptr;
    mutex.Lock();
  }
  --running;
}

void Executor::State::Work() {
  Current() = this;
  mutex.Lock();
  calling = false;
  while (true) {
    while (HasWork() && running < options.threads) RunNext();
    // All that was posted is done, or left to others.
    if (!HasWork() && running == 0 && idle == 0) ended.NotifyAll();
    if (closed && !HasWork()) break;
    ++sleeping;
    const bool spare = threads > options.threads;
    const bool called =
        work.WaitUntil(mutex, spare ? After(kSpareTime) : kNever);
    --sleeping;
    // Also when its time was over: it may have been called in that moment.
    calling = false;
    if (!called && !HasWork() && threads > options.threads) break;
  }
  --threads;
  ended.NotifyAll();
  mutex.Unlock();
}

Executor::State*& Executor::State::Current() {
  static thread_local State* state = nullptr;
  return state;
}

Executor::Executor(const Options& options)
    : state_(std::make_shared<State>(options)) {
  state_->self = state_;
}

Executor::~Executor() {
  Close();
  Drain(kNever);
}

absl::Status Executor::TryPost(absl::string_view name, const CallLimits* limits,
                               Task& task) {
  {
    const MutexLock lock(state_->mutex);
    if (state_->waiting.size() < state_->options.max_queue) {
      return state_->Push(limits, task);
    }
  }
  DropEnded();
  const MutexLock lock(state_->mutex);
  if (!state_->closed && state_->waiting.size() >= state_->options.max_queue) {
    ++state_->refused;
    return BoundReached(
        absl::StrCat("The server has ", state_->waiting.size(),
                     " tasks waiting, as many as it may (max_queue); no room "
                     "for this ",
                     name, ", try again later."),
        "EXECUTOR_FULL");
  }
  return state_->Push(limits, task);
}

absl::Status Executor::TryPostWaited(const CallLimits* limits, Task& task) {
  const MutexLock lock(state_->mutex);
  return state_->Push(limits, task);
}

void Executor::Post(absl::string_view name, const CallLimits* limits,
                    Task task) {
  const absl::Status refusal = TryPost(name, limits, task);
  if (!refusal.ok()) task(refusal);
}

void Executor::Continue(absl::AnyInvocable<void()> task) {
  if (InTask()) return task();
  ContinueApart(std::move(task));
}

void Executor::ContinueApart(absl::AnyInvocable<void()> task) {
  {
    const MutexLock lock(state_->mutex);
    state_->begun.push_back(std::move(task));
    if (state_->Call()) return;
    task = std::move(state_->begun.back());
    state_->begun.pop_back();
  }
  task();
}

void Executor::DropEnded() {
  std::vector<std::pair<State::Waiting, absl::Status>> ended;
  {
    const MutexLock lock(state_->mutex);
    const SteadyTime now = SteadyNow();
    if (state_->waiting.empty() || now < state_->look_again) return;
    state_->look_again = After(kBetweenLooks, now);
    std::deque<State::Waiting> left;
    for (State::Waiting& waiting : state_->waiting) {
      absl::Status over = CheckCall(waiting.limits);
      if (over.ok()) {
        left.push_back(std::move(waiting));
      } else {
        ended.emplace_back(std::move(waiting), std::move(over));
      }
    }
    state_->waiting = std::move(left);
  }
  for (auto& [waiting, status] : ended) waiting.task(status);
}

void Executor::DropEndedSoon() {
  const MutexLock lock(state_->mutex);
  if (state_->waiting.empty() || SteadyNow() < state_->look_again) return;
  state_->begun.push_back([this] { DropEnded(); });
  if (!state_->Call()) state_->begun.pop_back();
}

Executor::Idle::Idle() {
  State* const state = State::Current();
  if (state == nullptr) return;
  std::deque<State::Continuation> begun;
  std::deque<State::Waiting> refused;
  {
    const MutexLock lock(state->mutex);
    --state->running;
    ++state->idle;
    if (state->Call()) return;
    // Nobody comes for these before some client does something.
    begun.swap(state->begun);
    refused.swap(state->waiting);
  }
  for (State::Continuation& task : begun) task();
  for (State::Waiting& waiting : refused) waiting.Run(NoThreads());
}

Executor::Idle::~Idle() {
  State* const state = State::Current();
  if (state == nullptr) return;
  const MutexLock lock(state->mutex);
  ++state->running;
  --state->idle;
}

bool Executor::InTask() { return State::Current() != nullptr; }

void Executor::Close() {
  std::deque<State::Waiting> refused;
  {
    const MutexLock lock(state_->mutex);
    state_->closed = true;
    refused.swap(state_->waiting);
    state_->work.NotifyAll();
  }
  for (State::Waiting& waiting : refused) waiting.task(ServerStopping());
}

bool Executor::Drain(SteadyTime until) {
  const MutexLock lock(state_->mutex);
  while (state_->HasWork() || state_->running > 0 || state_->idle > 0) {
    if (!state_->ended.WaitUntil(state_->mutex, until)) {
      return !state_->HasWork() && state_->running == 0 && state_->idle == 0;
    }
  }
  return true;
}

int Executor::threads() const { return state_->options.threads; }
size_t Executor::max_queue() const { return state_->options.max_queue; }

void Executor::Report(Measures& to) const {
  const MutexLock lock(state_->mutex);
  to.AddGauge("modelservice_executor_tasks",
              "Tasks that run, or that wait for a client meanwhile.",
              {{"state", "running"}}, state_->running);
  to.AddGauge("modelservice_executor_tasks",
              "Tasks that run, or that wait for a client meanwhile.",
              {{"state", "idle"}}, state_->idle);
  to.AddGauge("modelservice_executor_threads", "Threads of the executor.", {},
              state_->threads);
  to.AddHistogram("modelservice_executor_wait_seconds",
                  "How long tasks waited for a thread of the executor.", {},
                  state_->waits);
  to.AddQueue("executor", state_->waiting.size(), state_->options.max_queue,
              state_->refused);
}

}  // namespace modelservice
