// A call with a stream in at least one direction, for a thread that waits.
#ifndef MODELSERVICE_CLIENT_STREAM_CALL_H_
#define MODELSERVICE_CLIENT_STREAM_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/client_callback.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "modelservice/base/mutex.h"
#include "modelservice/client.h"
#include "modelservice/client/core.h"

namespace modelservice::client {

// One attempt. Reads ahead a few messages, and sends one behind the caller.
// Writes are one thread's, and so are reads; the two may differ.
class StreamCall
    : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  // Sends nothing yet, or `first` alone, with the end of what is sent. Never
  // null; what is wrong is its status. `path` outlives it. `refused` is a
  // token.
  static std::shared_ptr<StreamCall> Start(std::shared_ptr<const Core> core,
                                           const char* path,
                                           CallOptions options,
                                           const grpc::ByteBuffer* first,
                                           const std::string& refused = "");
  // Only Start makes one.
  StreamCall(std::shared_ptr<const Core> core, CallOptions options)
      : core_(std::move(core)), options_(std::move(options)) {}

  // Hands a message over, when the one before is sent. False when the call is
  // over, or its writes are.
  bool Write(grpc::ByteBuffer message);
  void WritesDone();
  // The next message; false at the end.
  bool Read(grpc::ByteBuffer* message);
  // How it ended; waits for that, and drops what still comes.
  absl::Status Finish();
  // The caller has no use for it any more. Does not wait.
  void Abandon();
  // The same because of a fault on this side, which is then how it ended.
  void Fail(const absl::Status& fault);

  const std::string& token() const { return token_; }

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnWritesDoneDone(bool ok) override { OnWriteDone(ok); }
  void OnDone(const grpc::Status& status) override;

  // Waits for a change, and ends the call when the one that it is for was
  // cancelled.
  void Wait() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Cancel() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Reads on where there is room, and lets gRPC go when nothing more is to be
  // asked of it.
  void GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<const Core> core_;
  const CallOptions options_;
  std::string token_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::shared_ptr<StreamCall> self_;  // until OnDone

  // Of the read and the write that run.
  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer outgoing_;

  Mutex mutex_;
  CondVar changed_;
  std::deque<grpc::ByteBuffer> messages_ ABSL_GUARDED_BY(mutex_);
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool writes_done_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_all_ ABSL_GUARDED_BY(mutex_) = false;  // no message will come
  bool dropping_ ABSL_GUARDED_BY(mutex_) = false;
  bool held_ ABSL_GUARDED_BY(mutex_) = true;
  bool told_to_end_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status fault_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_STREAM_CALL_H_
