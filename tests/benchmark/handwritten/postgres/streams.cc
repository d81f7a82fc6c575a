#include "handwritten/postgres/streams.h"

#include <grpcpp/support/status.h>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "handwritten/list_request.h"
#include "handwritten/request.h"
#include "handwritten/user_row.h"

namespace handwritten::postgres {
namespace {

using Messages = std::vector<grpc::ByteBuffer>;

// A worker encodes rows while gRPC's thread sends those before them. The
// messages of one batch at most wait in between.
class ListStream : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                   public StreamJob {
 public:
  // gRPC's side.
  void OnWriteDone(bool ok) override {
    if (ok && next_ < sending_.size()) return WriteNext();
    std::unique_lock<std::mutex> lock(mutex_);
    if (!ok) {
      cancelled_ = true;
      status_.Update(absl::CancelledError());
    }
    if (!cancelled_ && !ready_.empty()) {
      Swap();
      lock.unlock();
      taken_.notify_one();
      return WriteNext();
    }
    if (ended_) {
      lock.unlock();
      return Finish(ToGrpc(status_));
    }
    idle_ = true;
    lock.unlock();
    taken_.notify_one();
  }
  void OnDone() override { delete this; }

  // The worker's side.
  bool OnRows(const Result& rows) override {
    Messages messages = Encode(rows);
    std::unique_lock<std::mutex> lock(mutex_);
    taken_.wait(lock, [this] { return ready_.empty() || cancelled_; });
    if (cancelled_) return false;
    ready_ = std::move(messages);
    if (!std::exchange(idle_, false)) return true;
    Swap();
    lock.unlock();
    WriteNext();
    return true;
  }
  void OnEnd(const absl::Status& status) override {
    std::unique_lock<std::mutex> lock(mutex_);
    status_.Update(status);
    ended_ = true;
    if (!idle_) return;
    const grpc::Status sent = ToGrpc(status_);
    lock.unlock();
    Finish(sent);
  }

 private:
  virtual Messages Encode(const Result& rows) = 0;

  void Swap() {
    sending_ = std::exchange(ready_, {});
    next_ = 0;
  }

  void WriteNext() {
    grpc::WriteOptions options;
    // Lets gRPC gather messages into full buffers. Not the first one, which
    // takes the initial metadata along: held back, it would stall the stream.
    if (!first_ && next_ + 1 < sending_.size()) options.set_buffer_hint();
    first_ = false;
    StartWrite(&sending_[next_++], options);
  }

  // Of whoever writes: gRPC's thread, or the worker when that has nothing to.
  Messages sending_;
  size_t next_ = 0;
  bool first_ = true;

  std::mutex mutex_;
  std::condition_variable taken_;
  Messages ready_;
  absl::Status status_;
  bool idle_ = true;  // no write is under way
  bool ended_ = false;
  bool cancelled_ = false;
};

class RowStream : public ListStream {
  Messages Encode(const Result& rows) override {
    Messages messages;
    messages.reserve(static_cast<size_t>(rows.rows()));
    for (int i = 0; i < rows.rows(); ++i) {
      messages.push_back(EncodeUser(rows.Row(i)));
    }
    return messages;
  }
};

class ChunkStream : public ListStream {
  Messages Encode(const Result& rows) override {
    static thread_local PageEncoder chunk;
    for (int i = 0; i < rows.rows(); ++i) chunk.Add(rows.Row(i));
    return {chunk.Take()};
  }
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamRows(
    StreamWorkers& workers, const grpc::ByteBuffer& request) {
  auto* const stream = new RowStream;
  auto list = ListRequest::ParseForRows(request);
  if (list.ok()) {
    RowRange range;
    range.max_rows = list->MaxRows();
    workers.Run(range, stream);
  } else {
    stream->OnEnd(list.status());
  }
  return stream;
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamChunks(
    StreamWorkers& workers, const grpc::ByteBuffer& request) {
  auto* const stream = new ChunkStream;
  auto list = ListRequest::Parse(request);
  if (list.ok()) {
    RowRange range;
    range.after_id = list->after_id;
    range.rows_per_batch = list->RowsInChunk();
    workers.Run(range, stream);
  } else {
    stream->OnEnd(list.status());
  }
  return stream;
}

}  // namespace handwritten::postgres
