#include "modelservice/db/postgres/workers.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace modelservice::postgres {

struct Workers::State {
  State(int most, absl::Duration idle_timeout)
      : most(most), idle_timeout(idle_timeout) {}

  const int most;
  const absl::Duration idle_timeout;
  std::mutex mutex;
  std::condition_variable changed;
  std::condition_variable ended;
  std::deque<Task> queue;
  int threads = 0;
  int idle = 0;
  bool draining = false;
};

Workers::Workers(int most, absl::Duration idle_timeout)
    : state_(std::make_shared<State>(most, idle_timeout)) {}

Workers::~Workers() {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->draining = true;
  state_->changed.notify_all();
}

void Workers::Post(Task task) {
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->queue.push_back(std::move(task));
    // One that is idle may have been woken for an earlier task already.
    const bool enough =
        static_cast<size_t>(state_->idle) >= state_->queue.size() ||
        state_->threads == state_->most;
    if (!enough) {
      ++state_->threads;
      std::thread([state = state_] { Work(*state); }).detach();
      return;
    }
  }
  state_->changed.notify_one();
}

void Workers::Work(State& state) {
  std::unique_lock<std::mutex> lock(state.mutex);
  while (true) {
    if (state.queue.empty() && !state.draining) {
      ++state.idle;
      state.changed.wait_for(
          lock, absl::ToChronoMilliseconds(state.idle_timeout),
          [&state] { return !state.queue.empty() || state.draining; });
      --state.idle;
    }
    if (state.queue.empty()) break;
    Task task = std::move(state.queue.front());
    state.queue.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
  --state.threads;
  state.ended.notify_all();
}

void Workers::Drain() {
  std::unique_lock<std::mutex> lock(state_->mutex);
  state_->draining = true;
  state_->changed.notify_all();
  state_->ended.wait(lock, [this] { return state_->threads == 0; });
}

}  // namespace modelservice::postgres
