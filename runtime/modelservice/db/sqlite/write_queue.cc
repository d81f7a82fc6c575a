#include "modelservice/db/sqlite/write_queue.h"

namespace modelservice::sqlite {
namespace {

// Stands in `pushed_` for "no more"; never looked into.
class ClosedMark final : public Execution {
 public:
  absl::Status OnRow(Row) override { return absl::OkStatus(); }
  void OnRestart() override {}
  void OnDone(const absl::Status&, const Outcome&) override {}
};

Execution* Closed() {
  static ClosedMark mark;
  return &mark;
}

}  // namespace

bool WriteQueue::Push(Execution* call) {
  Execution* head = pushed_.load(std::memory_order_relaxed);
  do {
    if (head == Closed()) return false;
    call->next = head;
    // In one order with asleep_: either this thread sees the writer asleep, or
    // the writer sees the call.
  } while (!pushed_.compare_exchange_weak(head, call));
  size_.fetch_add(1, std::memory_order_relaxed);
  if (asleep_.load()) Wake();
  return true;
}

void WriteQueue::Close() {
  closing_.store(true);
  if (asleep_.load()) Wake();
}

void WriteQueue::Wake() {
  if (!asleep_.exchange(false)) return;  // somebody else does it
  const MutexLock lock(mutex_);
  woken_.NotifyOne();
}

bool WriteQueue::Wait() {
  while (Waiting() == nullptr) {
    asleep_.store(true);
    const bool closing = closing_.load();
    Execution* none = nullptr;
    if (closing && pushed_.compare_exchange_strong(none, Closed())) {
      return false;
    }
    if (closing || pushed_.load() != nullptr) {
      asleep_.store(false);
      continue;
    }
    const MutexLock lock(mutex_);
    while (asleep_.load()) woken_.Wait(mutex_);
  }
  return true;
}

Execution* WriteQueue::Pop() {
  if (ready_ == nullptr && Waiting() == nullptr) return nullptr;
  Execution* call = ready_;
  ready_ = call->next;
  call->next = nullptr;
  size_.fetch_sub(1, std::memory_order_relaxed);
  return call;
}

Execution* WriteQueue::TakeSeen() {
  int taken = 0;
  for (const Execution* call = ready_; call != nullptr; call = call->next) {
    ++taken;
  }
  size_.fetch_sub(taken, std::memory_order_relaxed);
  return std::exchange(ready_, nullptr);
}

Execution* WriteQueue::Waiting() {
  if (pushed_.load(std::memory_order_relaxed) == nullptr) return ready_;
  Execution* latest = pushed_.exchange(nullptr, std::memory_order_acquire);
  Execution* const last = latest;
  Execution* first = nullptr;
  while (latest != nullptr) {
    Execution* const earlier = latest->next;
    latest->next = first;
    first = latest;
    latest = earlier;
  }
  if (ready_ == nullptr) {
    ready_ = first;
  } else {
    last_->next = first;
  }
  last_ = last;
  return ready_;
}

}  // namespace modelservice::sqlite
