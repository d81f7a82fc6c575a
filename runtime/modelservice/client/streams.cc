#include "modelservice/client/streams.h"

#include <utility>

#include "modelservice/client/started_stream.h"
#include "modelservice/client/stream_call.h"
#include "modelservice/client/wire.h"

namespace modelservice::client {

OpenStream::~OpenStream() {
  if (call_ != nullptr) call_->Abandon();
}

bool OpenStream::Write(const google::protobuf::MessageLite& message) {
  grpc::ByteBuffer bytes;
  const absl::Status status = ToBytes(message, &bytes);
  if (status.ok()) return call_->Write(std::move(bytes));
  call_->Fail(status);
  return false;
}

void OpenStream::WritesDone() { call_->WritesDone(); }

bool OpenStream::Read(google::protobuf::MessageLite* message) {
  grpc::ByteBuffer bytes;
  if (!call_->Read(&bytes)) return false;
  const absl::Status status = FromBytes(&bytes, message);
  if (status.ok()) return true;
  call_->Fail(status);
  return false;
}

absl::Status OpenStream::Finish() { return call_->Finish(); }

struct StartedWriter::Handle {
  explicit Handle(std::shared_ptr<StartedStream> of) : call(std::move(of)) {}
  ~Handle() {
    if (call != nullptr) call->Drop();
  }

  const std::shared_ptr<StartedStream> call;
};

StartedWriter::StartedWriter(std::shared_ptr<StartedStream> call)
    : handle_(std::make_shared<const Handle>(std::move(call))) {}

absl::Status StartedWriter::Write(
    const google::protobuf::MessageLite& message) const {
  grpc::ByteBuffer bytes;
  const absl::Status status = ToBytes(message, &bytes);
  if (!status.ok()) return status;
  if (handle_->call == nullptr) {
    return absl::CancelledError("The call is over.");
  }
  return handle_->call->Write(std::move(bytes));
}

void StartedWriter::WritesDone() const {
  if (handle_->call != nullptr) handle_->call->WritesDone();
}

bool StartedWriter::ready() const {
  return handle_->call != nullptr && handle_->call->ready();
}

void StartedWriter::OnReady(std::function<void()> ready) const {
  if (handle_->call != nullptr) handle_->call->OnReady(std::move(ready));
}

void StartedWriter::Cancel() const {
  if (handle_->call != nullptr) handle_->call->Cancel();
}

}  // namespace modelservice::client
