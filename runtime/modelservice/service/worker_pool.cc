#include "modelservice/service/worker_pool.h"

#include <utility>

namespace modelservice {

WorkerPool::~WorkerPool() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::Post(absl::AnyInvocable<void()> work) {
  std::lock_guard<std::mutex> lock(mutex_);
  queue_.push_back(std::move(work));
  if (idle_ < queue_.size() && threads_.size() < max_threads_) {
    threads_.emplace_back([this] { Work(); });
  }
  WakeOne();
}

void WorkerPool::WakeOne() {
  if (waking_ || idle_ == 0 || queue_.empty()) return;
  waking_ = true;
  wake_.notify_one();
}

void WorkerPool::Work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    while (queue_.empty()) {
      if (stopping_) return;
      ++idle_;
      wake_.wait(lock);
      --idle_;
      waking_ = false;
    }
    absl::AnyInvocable<void()> work = std::move(queue_.front());
    queue_.pop_front();
    WakeOne();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace modelservice
