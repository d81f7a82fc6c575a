// A call with a stream in at least one direction, for code that does not wait.
#ifndef MODELSERVICE_CLIENT_STARTED_STREAM_H_
#define MODELSERVICE_CLIENT_STARTED_STREAM_H_

#include <google/protobuf/message_lite.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>

#include <deque>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "modelservice/base/mutex.h"
#include "modelservice/client.h"
#include "modelservice/client/core.h"

namespace modelservice::client {

// Holds itself until it is over. Thread-safe.
class StartedStream
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // What the call's user gave: `take` gets each message that came, in
  // `message`, and says whether it wants another one; `done` gets how it ended,
  // once. By a thread of gRPC's that must not wait, one at a time.
  struct Receiver {
    google::protobuf::MessageLite* message;
    std::function<bool()> take;
    std::function<void(const absl::Status&)> done;
  };

  // Sends nothing yet, or `first` alone, with the end of what is sent.
  // Does not wait: where a token has to be asked for, it begins when that has
  // come. What cannot be sent is over at once.
  static std::shared_ptr<StartedStream> Start(
      const std::shared_ptr<const Core>& core, const char* path,
      const CallOptions& options, const grpc::ByteBuffer* first,
      Receiver receiver);
  // Only Start makes one.
  StartedStream(std::shared_ptr<const Core> core, Receiver receiver)
      : core_(std::move(core)), receiver_(std::move(receiver)) {}

  // As CallWriter has it.
  absl::Status Write(grpc::ByteBuffer message);
  void WritesDone();
  bool ready() const;
  void OnReady(std::function<void()> ready);
  void Cancel();
  // Nobody can write any more: cancels it, unless all is written.
  void Drop();

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnWritesDoneDone(bool ok) override { OnWriteDone(ok); }
  void OnDone(const grpc::Status& status) override;

  // What no call of gRPC's has begun for is over.
  void EndUnsent(const absl::Status& status);
  void Begin(const char* path, std::unique_ptr<grpc::ClientContext> context);

  bool IsReady() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return queue_.empty() && !writes_done_ && !over_;
  }
  // Sends what is next, and lets gRPC go when nothing more will be. The lock is
  // not held meanwhile.
  void Send() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // No message is asked for any more, and none that is sent arrives.
  void EndReads();

  const std::shared_ptr<const Core> core_;
  Receiver receiver_;
  std::shared_ptr<StartedStream> self_;  // until OnDone

  // Of the read and the write that run.
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;
  // What ended it on this side.
  absl::Status fault_;

  mutable Mutex mutex_;
  // Null until it begins; then the same until this goes.
  std::unique_ptr<grpc::ClientContext> context_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<grpc::ByteBuffer> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::function<void()> ready_ ABSL_GUARDED_BY(mutex_);
  bool became_ready_ ABSL_GUARDED_BY(mutex_) = false;
  bool telling_ ABSL_GUARDED_BY(mutex_) = false;
  // Nothing is before it begins.
  bool writing_ ABSL_GUARDED_BY(mutex_) = true;
  bool writes_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool told_writes_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_STARTED_STREAM_H_
