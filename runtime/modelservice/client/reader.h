// The messages of a stream from the server.
#ifndef MODELSERVICE_CLIENT_READER_H_
#define MODELSERVICE_CLIENT_READER_H_

#include <google/protobuf/message_lite.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "modelservice/base/clock.h"
#include "modelservice/client.h"

namespace modelservice::client {

class Core;
class StreamCall;

// For a thread that waits. Until the first message the call is tried again as
// a unary one would be.
class MessageReader {
 public:
  // `path` outlives it.
  MessageReader(std::shared_ptr<const Core> core, const char* path,
                bool repeatable, CallOptions options,
                const google::protobuf::MessageLite& request);
  ~MessageReader();
  MessageReader(const MessageReader&) = delete;
  MessageReader& operator=(const MessageReader&) = delete;

  // False at the end.
  bool Next(google::protobuf::MessageLite* message);
  const absl::Status& status() const { return status_; }

 private:
  struct Parts;
  void Start();
  bool TriesAgain(const absl::Status& status);

  const std::unique_ptr<Parts> parts_;
  absl::Status status_;
};

// For code that does not wait: `take` gets each message, and says whether it
// wants another one; `done` how it ended, once: CANCELLED when `take` wanted no
// more. By a thread of gRPC's that must not wait, one call at a time.
CallHandle StartReading(const std::shared_ptr<const Core>& core,
                        const char* path, const CallOptions& options,
                        const google::protobuf::MessageLite& request,
                        google::protobuf::MessageLite* message,
                        std::function<bool()> take,
                        std::function<void(const absl::Status&)> done);

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_READER_H_
