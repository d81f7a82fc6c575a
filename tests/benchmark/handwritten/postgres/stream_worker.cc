#include "handwritten/postgres/stream_worker.h"

namespace handwritten::postgres {

StreamWorkers::~StreamWorkers() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void StreamWorkers::Run(const RowRange& range, StreamJob* job) {
  std::lock_guard<std::mutex> lock(mutex_);
  tasks_.push_back({range, job});
  if (tasks_.size() > idle_) {
    threads_.emplace_back([this] { Loop(); });
    ++idle_;
  }
  wake_.notify_one();
}

void StreamWorkers::Loop() {
  std::optional<RowReader> reader;
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return !tasks_.empty() || stopping_; });
    if (tasks_.empty()) return;
    const Task task = tasks_.back();
    tasks_.pop_back();
    --idle_;
    lock.unlock();
    const absl::Status status = RunTask(task, &reader);
    if (!status.ok()) reader.reset();
    task.job->OnEnd(status);
    lock.lock();
    ++idle_;
  }
}

absl::Status StreamWorkers::RunTask(const Task& task,
                                    std::optional<RowReader>* reader) {
  if (!reader->has_value()) {
    auto opened = RowReader::Open(url_);
    if (!opened.ok()) return opened.status();
    reader->emplace(*std::move(opened));
  }
  absl::Status status = (*reader)->Start(task.range);
  if (!status.ok()) return status;
  for (;;) {
    auto rows = (*reader)->Next();
    if (!rows.ok()) return rows.status();
    if (rows->rows() == 0) return absl::OkStatus();
    if (!task.job->OnRows(*rows)) return (*reader)->Stop();
  }
}

}  // namespace handwritten::postgres
