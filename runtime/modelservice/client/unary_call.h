// One message there, one back.
#ifndef MODELSERVICE_CLIENT_UNARY_CALL_H_
#define MODELSERVICE_CLIENT_UNARY_CALL_H_

#include <google/protobuf/message_lite.h>
#include <grpcpp/alarm.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/status.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/mutex.h"
#include "modelservice/client.h"
#include "modelservice/client/core.h"
#include "modelservice/client/repeats.h"

namespace modelservice::client {

// A call with all its attempts. It holds itself until it is over. Thread-safe.
class UnaryCall : public std::enable_shared_from_this<UnaryCall> {
 public:
  // `done` is called once, by a thread of gRPC's that must not wait, or by the
  // starting one when nothing could be sent. Null bytes when not OK.
  using Done = std::function<void(const absl::Status&, grpc::ByteBuffer*)>;

  // `path` outlives the call.
  UnaryCall(std::shared_ptr<const Core> core, const char* path, Repeats repeats,
            CallOptions options, grpc::ByteBuffer request, Done done);

  // With another token than `refused`, which is empty at first.
  // Waits where one has to be asked for.
  void Start(const std::string& refused = "");
  // Does not wait.
  void StartAside();
  void Cancel();
  // What it said who calls.
  const std::string& token() const { return token_; }

 private:
  void AttemptWith(const absl::StatusOr<std::string>& token);
  void Attempt();
  void OnAnswer(const grpc::Status& answer);
  void AfterPause();
  // Whether this side wants it no more.
  bool cancelled();
  void End(absl::Status status);

  const std::shared_ptr<const Core> core_;
  const std::string path_;
  const CallOptions options_;
  const Repeats repeats_;
  const grpc::ByteBuffer request_;
  const SteadyTime end_;
  Done done_;

  // Of the attempt that runs, which no other thread touches.
  grpc::ByteBuffer reply_;
  int attempts_ = 0;
  // One of those before may have been done.
  bool lost_one_ = false;
  std::string token_;

  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<grpc::ClientContext> context_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<grpc::Alarm> pause_ ABSL_GUARDED_BY(mutex_);
};

// Makes a call and waits for its answer.
absl::Status CallAndWait(const std::shared_ptr<const Core>& core,
                         const char* path, Repeats repeats,
                         const CallOptions& options,
                         const google::protobuf::MessageLite& request,
                         google::protobuf::MessageLite* reply);

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_UNARY_CALL_H_
