#include "modelservice/service/list_stream.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "modelservice/service/access.h"
#include "modelservice/service/end_of_time.h"
#include "modelservice/service/guarded_call.h"
#include "modelservice/service/listing.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/service/wire_message.h"

namespace modelservice {
namespace {

// Rows in a chunk when the request names no page_size.
constexpr int64_t kDefaultChunk = 512;
// A chunk is sent before it has its rows once it has this many bytes, to stay
// far below a client's limit for one message (4 MiB by default).
constexpr size_t kChunkBytes = 1 << 20;
// Rows read in one go: at first, and at most. In between as many as come to
// this many bytes, since they wait in memory for the client to take them.
constexpr size_t kFirstFetch = 64;
constexpr size_t kLargestFetch = 512;
constexpr size_t kFetchBytes = 256 << 10;

// Makes rows into the stream's messages.
class ListMessages final : public RowSink {
 public:
  // All outlive it.
  ListMessages(const ServicePlan& service, const MethodPlan& plan,
               CallContext& call)
      : service_(service),
        plan_(plan),
        call_(call),
        mask_(call, *service.model->table),
        listing_(service, plan) {}

  absl::Status Read(const google::protobuf::Message& request) {
    if (auto status = listing_.Read(request, call_); !status.ok()) {
      return status;
    }
    chunk_rows_ = listing_.requested_size() == 0 ? kDefaultChunk
                                                 : listing_.requested_size();
    chunk_rows_ =
        std::min<int64_t>(chunk_rows_, service_.model->table->max_page_size);
    return absl::OkStatus();
  }

  // page_size is the rows of a chunk; a stream of rows has one chunk of them.
  Statement Select() const {
    return listing_.Select(chunked() ? 0 : listing_.requested_size());
  }

  absl::Status OnRow(Row row) override {
    if (!chunked()) {
      auto status =
          service_.codec->Encode(mask_.Apply(row), Audience::kClient, chunk_);
      if (status.ok()) EndChunk();
      return status;
    }
    auto status = service_.codec->EncodeAs(
        plan_.method->rows_field, mask_.Apply(row), Audience::kClient, chunk_);
    if (!status.ok()) return status;
    if (++rows_in_chunk_ == chunk_rows_ || chunk_.size() >= kChunkBytes) {
      if (const int field = plan_.method->next_page_token_field; field != 0) {
        chunk_.LengthDelimited(field, listing_.TokenAfter(row));
      }
      EndChunk();
    }
    return absl::OkStatus();
  }

  // After the last row.
  void End() {
    if (rows_in_chunk_ > 0) EndChunk();
  }

  absl::Span<WireBuffer> ready() {
    return absl::MakeSpan(buffers_.data(), ready_);
  }
  void ClearReady() { ready_ = 0; }
  // Of all messages so far.
  size_t bytes() const { return bytes_; }

 private:
  bool chunked() const { return plan_.method->rows_field != 0; }

  void EndChunk() {
    bytes_ += chunk_.size();
    if (ready_ == buffers_.size()) buffers_.emplace_back();
    std::swap(chunk_, buffers_[ready_++]);
    chunk_.clear();
    rows_in_chunk_ = 0;
  }

  const ServicePlan& service_;
  const MethodPlan& plan_;
  CallContext& call_;
  RowMask mask_;
  Listing listing_;
  int64_t chunk_rows_ = 0;
  int64_t rows_in_chunk_ = 0;
  WireBuffer chunk_;
  // The first `ready_` of them are messages; the others keep their memory for
  // the next ones.
  std::vector<WireBuffer> buffers_;
  size_t ready_ = 0;
  size_t bytes_ = 0;
};

class ListStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                         private GuardedCall {
 public:
  ListStream(const ServicePlan& service, const MethodPlan& plan,
             WorkerPool& workers, grpc::CallbackServerContext* context,
             const grpc::ByteBuffer& request)
      : GuardedCall(service, plan, workers, context, &request),
        messages_(service, plan, call_) {}

  void Start() {
    Enter([this](const absl::Status& admitted) { Run(admitted); });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(absl::CancelledError("The client went away."));
    Next();
  }
  void OnDone() override {
    SendFinished();
    delete this;
  }

 private:
  void Run(absl::Status status) {
    // Scope is the user's.
    const auto read = [&] { return messages_.Read(*request()); };
    if (status.ok()) status = Guarded(read);
    if (!status.ok()) return End(status);
    auto cursor = service_.database->Open(messages_.Select(), &call_);
    if (!cursor.ok()) return End(cursor.status());
    cursor_ = *std::move(cursor);
    end_of_time_.Set(call_);
    Next();
  }

  // Sends what is ready, else reads on.
  void Next() {
    if (next_ < messages_.ready().size()) return Send();
    if (!more_) return End(absl::OkStatus());
    messages_.ClearReady();
    next_ = 0;
    fetched_ += fetch_;
    cursor_->Fetch(fetch_, messages_, [this](absl::StatusOr<bool> more) {
      if (!more.ok()) return End(more.status());
      more_ = *more;
      const size_t row_bytes = messages_.bytes() / fetched_ + 1;
      fetch_ = std::clamp(kFetchBytes / row_bytes, size_t{1}, kLargestFetch);
      if (!more_) messages_.End();
      Next();
    });
  }

  void Send() {
    const absl::string_view wire = messages_.ready()[next_++].bytes();
    if (auto status = CheckSent(wire); !status.ok()) return End(status);
    buffer_ = CopyToByteBuffer(wire);
    grpc::WriteOptions options;
    // gRPC may collect hinted messages into one write. Not the first one, which
    // carries the headers, nor the last one of what is ready.
    if (!first_ && next_ < messages_.ready().size()) options.set_buffer_hint();
    first_ = false;
    StartWrite(&buffer_, options);
  }

  void End(const absl::Status& status) {
    cursor_.reset();
    end_of_time_.Cancel();
    Finish(Leave(status));
  }

  EndOfTime end_of_time_;
  ListMessages messages_;
  std::unique_ptr<Cursor> cursor_;
  size_t fetch_ = kFirstFetch;
  size_t fetched_ = 0;
  size_t next_ = 0;
  bool more_ = true;
  bool first_ = true;
  grpc::ByteBuffer buffer_;
};

// Writes messages as soon as they are ready.
class StreamSink final : public RowSink {
 public:
  StreamSink(ListMessages& messages, MessageStream& stream)
      : messages_(messages), stream_(stream) {}
  absl::Status OnRow(Row row) override {
    auto status = messages_.OnRow(row);
    return status.ok() ? Flush() : status;
  }
  absl::Status Flush() {
    for (WireBuffer& wire : messages_.ready()) {
      if (!stream_.Write(std::move(wire))) {
        return absl::CancelledError("The client went away.");
      }
    }
    messages_.ClearReady();
    return absl::OkStatus();
  }

 private:
  ListMessages& messages_;
  MessageStream& stream_;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* StartListStream(
    const ServicePlan& service, const MethodPlan& plan, WorkerPool& workers,
    grpc::CallbackServerContext* context, const grpc::ByteBuffer& request) {
  auto* stream = new ListStream(service, plan, workers, context, request);
  stream->Start();
  return stream;
}

absl::Status WriteList(const ServicePlan& service, const MethodPlan& plan,
                       CallContext& call,
                       const google::protobuf::Message& request,
                       MessageStream& stream) {
  ListMessages messages(service, plan, call);
  if (auto status = messages.Read(request); !status.ok()) return status;
  StreamSink sink(messages, stream);
  auto outcome = service.database->Run(messages.Select(), sink, &call);
  if (!outcome.ok()) return outcome.status();
  messages.End();
  return sink.Flush();
}

}  // namespace modelservice
