#include "handwritten/sqlite/writer.h"

#include <utility>

namespace handwritten::sqlite {
namespace {

// Bounds how long the first of a batch waits for its commit.
constexpr size_t kMaxBatch = 512;

// Runs a statement that gives no rows.
bool RunBare(Statement& statement) {
  const int code = statement.Step();
  statement.Reset();
  return code == SQLITE_DONE;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Writer>> Writer::Start(const std::string& path) {
  auto session = WriteSession::Open(path);
  if (!session.ok()) return session.status();
  return std::unique_ptr<Writer>(new Writer(*std::move(session)));
}

Writer::Writer(std::unique_ptr<WriteSession> session)
    : session_(std::move(session)), thread_([this] { Loop(); }) {}

Writer::~Writer() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Writer::Submit(Write* write) {
  bool wake;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(write);
    // Only the first one pays for the system call.
    wake = std::exchange(asleep_, false);
  }
  if (wake) wake_.notify_one();
}

void Writer::Loop() {
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      if (queue_.empty()) {
        if (stopping_) return;
        asleep_ = true;
        wake_.wait(lock, [this] { return !queue_.empty() || stopping_; });
        asleep_ = false;
      }
      batch_.swap(queue_);
    }
    RunBatch();
    for (Write* write : batch_) write->Finish(write->status_);
    batch_.clear();
  }
}

void Writer::TakeQueued() {
  std::lock_guard<std::mutex> lock(mutex_);
  batch_.insert(batch_.end(), queue_.begin(), queue_.end());
  queue_.clear();
}

void Writer::RunBatch() {
  if (batch_.size() == 1) {
    // SQLite's own transaction around a lone statement is the cheapest.
    batch_[0]->status_ = batch_[0]->Run(*session_);
    return;
  }
  for (size_t i = 0; i < batch_.size(); ++i) {
    RunOne(i);
    if (i + 1 == batch_.size() && batch_.size() < kMaxBatch) TakeQueued();
  }
  if (!session_->connection.InTransaction()) return;
  const absl::Status committed = Commit();
  if (committed.ok()) return;
  for (Write* write : batch_) {
    if (write->status_.ok()) write->status_ = committed;
  }
}

void Writer::RunOne(size_t index) {
  Write* const write = batch_[index];
  if (!session_->connection.InTransaction() && !RunBare(session_->begin)) {
    write->status_ = WriteError(session_->connection);
    return;
  }
  write->status_ = write->Run(*session_);
  if (write->status_.ok() || session_->connection.InTransaction()) return;
  // A full disk and the like roll the whole transaction back, with what the
  // others wrote; those after it get a new one.
  for (size_t i = 0; i < index; ++i) {
    if (batch_[i]->status_.ok()) batch_[i]->status_ = write->status_;
  }
}

absl::Status Writer::Commit() {
  if (RunBare(session_->commit)) return absl::OkStatus();
  const absl::Status error = WriteError(session_->connection);
  if (session_->connection.InTransaction()) RunBare(session_->rollback);
  return error;
}

}  // namespace handwritten::sqlite
