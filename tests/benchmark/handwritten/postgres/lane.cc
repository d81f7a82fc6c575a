#include "handwritten/postgres/lane.h"

#include <cstddef>

#include "handwritten/postgres/statements.h"

namespace handwritten::postgres {
namespace {

// Bounds how long the first of a batch waits for its commit.
constexpr size_t kMaxBatch = 512;

absl::StatusOr<Connection> OpenPrepared(const std::string& url) {
  auto connection = Connection::Open(url);
  if (!connection.ok()) return connection.status();
  absl::Status prepared = PrepareAll(*connection);
  if (!prepared.ok()) return prepared;
  return connection;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Lane>> Lane::Start(const std::string& url,
                                                  Kind kind) {
  auto connection = OpenPrepared(url);
  if (!connection.ok()) return connection.status();
  return std::unique_ptr<Lane>(new Lane(url, kind, *std::move(connection)));
}

Lane::Lane(std::string url, Kind kind, Connection connection)
    : url_(std::move(url)),
      kind_(kind),
      connection_(std::move(connection)),
      thread_([this] { Loop(); }) {}

Lane::~Lane() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Lane::Submit(Operation* operation) {
  bool wake;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(operation);
    // Only the first one pays for the system call.
    wake = std::exchange(asleep_, false);
  }
  if (wake) wake_.notify_one();
}

void Lane::Loop() {
  Batch batch;
  Batch done;
  for (;;) {
    if (batch.empty()) {
      if (!Take(&batch, /*wait=*/true)) return;
      Send(batch);
    }
    Await(&batch);
    done.swap(batch);
    // PostgreSQL gets its next work before the last one's callers get their
    // answers.
    if (Take(&batch, /*wait=*/false)) Send(batch);
    for (Operation* operation : done) {
      if (operation != nullptr) operation->Finish(operation->status_);
    }
    done.clear();
  }
}

bool Lane::Take(Batch* batch, bool wait) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (wait && queue_.empty() && !stopping_) {
    asleep_ = true;
    wake_.wait(lock, [this] { return !queue_.empty() || stopping_; });
    asleep_ = false;
  }
  if (queue_.size() <= kMaxBatch) {
    batch->swap(queue_);
  } else {
    const auto end = queue_.begin() + kMaxBatch;
    batch->assign(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
  }
  return !batch->empty();
}

void Lane::Send(const Batch& batch) {
  if (!connection_.has_value()) {
    auto connection = OpenPrepared(url_);
    if (!connection.ok()) return;
    connection_.emplace(*std::move(connection));
  }
  for (Operation* operation : batch) {
    if (!operation->Send(*connection_)) return connection_.reset();
  }
  if (!connection_->SendSync()) connection_.reset();
}

void Lane::Await(Batch* batch) {
  absl::Status status = LostConnection();
  if (connection_.has_value()) {
    bool failed = false;
    status = Receive(batch, &failed);
    if (status.ok() && failed) status = RunOneByOne(*batch);
  }
  if (status.ok()) return;
  connection_.reset();
  for (Operation* operation : *batch) {
    if (operation != nullptr) operation->status_ = status;
  }
}

absl::Status Lane::Receive(Batch* batch, bool* failed) {
  for (Operation*& operation : *batch) {
    auto result = connection_->Receive();
    if (!result.ok()) return result.status();
    if (!result->ok()) {
      *failed = true;
      continue;
    }
    operation->status_ = operation->OnResult(*result);
    if (kind_ == Kind::kRead) {
      operation->Finish(operation->status_);
      operation = nullptr;
    }
  }
  absl::Status committed;
  absl::Status status = connection_->ReceiveUntilSync(&committed);
  if (!committed.ok()) *failed = true;
  return status;
}

absl::Status Lane::RunOneByOne(const Batch& batch) {
  for (Operation* operation : batch) {
    if (operation == nullptr) continue;
    if (!operation->Send(*connection_) || !connection_->SendSync()) {
      return LostConnection();
    }
  }
  for (Operation* operation : batch) {
    if (operation == nullptr) continue;
    auto result = connection_->Receive();
    if (!result.ok()) return result.status();
    operation->status_ =
        result->ok() ? operation->OnResult(*result) : result->Error();
    absl::Status committed;
    if (absl::Status status = connection_->ReceiveUntilSync(&committed);
        !status.ok()) {
      return status;
    }
    if (!committed.ok()) operation->status_ = committed;
  }
  return absl::OkStatus();
}

}  // namespace handwritten::postgres
