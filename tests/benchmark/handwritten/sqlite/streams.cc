#include "handwritten/sqlite/streams.h"

#include <grpcpp/support/status.h>

#include <optional>
#include <utility>
#include <vector>

#include "handwritten/list_request.h"
#include "handwritten/request.h"
#include "handwritten/sqlite/cursor.h"

namespace handwritten::sqlite {
namespace {

class ListStream : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  void OnWriteDone(bool ok) override {
    if (ok) {
      WriteNext();
    } else {
      End(absl::CancelledError());
    }
  }
  void OnDone() override { delete this; }

 protected:
  // Starts the next write, or ends the stream.
  virtual void WriteNext() = 0;

  void Open(ReaderPool& readers, int64_t after_id, int64_t max_rows) {
    auto cursor = Cursor::Open(readers, after_id, max_rows);
    if (!cursor.ok()) return End(cursor.status());
    cursor_.emplace(*std::move(cursor));
    WriteNext();
  }

  // The cursor goes at once: its snapshot keeps the log from being folded back.
  void End(const absl::Status& status) {
    const grpc::Status sent = ToGrpc(status);
    cursor_.reset();
    Finish(sent);
  }

  std::optional<Cursor> cursor_;
  grpc::ByteBuffer message_;
};

class RowStream : public ListStream {
 public:
  RowStream(ReaderPool& readers, const grpc::ByteBuffer& request) {
    auto list = ListRequest::ParseForRows(request);
    if (!list.ok()) {
      End(list.status());
      return;
    }
    Open(readers, list->after_id, list->MaxRows());
  }

 private:
  void WriteNext() override {
    if (next_ == ready_ && !Fetch()) return End(cursor_->status());
    grpc::WriteOptions options;
    // Lets gRPC gather rows into full buffers. Not on the first message, which
    // takes the initial metadata along: held back, it would stall the stream.
    if (!first_ && next_ + 1 < ready_) options.set_buffer_hint();
    first_ = false;
    StartWrite(&messages_[next_++], options);
  }

  // Encodes the next rows; false after the last one. Many at once: SQLite and
  // gRPC in turns for every row push each other out of the CPU's caches.
  bool Fetch() {
    next_ = 0;
    ready_ = 0;
    while (ready_ < kRowsAhead) {
      const UserRow* const row = cursor_->Next();
      if (row == nullptr) break;
      messages_[ready_++] = EncodeUser(*row);
    }
    return ready_ > 0;
  }

  static constexpr size_t kRowsAhead = 512;

  std::vector<grpc::ByteBuffer> messages_{kRowsAhead};
  size_t next_ = 0;
  size_t ready_ = 0;
  bool first_ = true;
};

class ChunkStream : public ListStream {
 public:
  ChunkStream(ReaderPool& readers, const grpc::ByteBuffer& request) {
    auto list = ListRequest::Parse(request);
    if (!list.ok()) {
      End(list.status());
      return;
    }
    rows_per_chunk_ = list->RowsInChunk();
    Open(readers, list->after_id, -1);
  }

 private:
  void WriteNext() override {
    static thread_local PageEncoder chunk;
    int rows = 0;
    const UserRow* row = nullptr;
    while (rows < rows_per_chunk_ && (row = cursor_->Next()) != nullptr) {
      chunk.Add(*row);
      ++rows;
    }
    message_ = chunk.Take();
    if (rows == 0 || !cursor_->status().ok()) return End(cursor_->status());
    if (row != nullptr) return StartWrite(&message_);
    cursor_.reset();
    StartWriteAndFinish(&message_, grpc::WriteOptions(), grpc::Status::OK);
  }

  int rows_per_chunk_ = 0;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamRows(
    ReaderPool& readers, const grpc::ByteBuffer& request) {
  return new RowStream(readers, request);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* StreamChunks(
    ReaderPool& readers, const grpc::ByteBuffer& request) {
  return new ChunkStream(readers, request);
}

}  // namespace handwritten::sqlite
