// The messages of a stream that wait for a transaction to begin, or to end.
//
// A transaction must not wait for a client, and may be run again. So what the
// client sends is taken before, and what it is sent goes out after the commit.
#ifndef MODELSERVICE_SERVICE_KEPT_MESSAGES_H_
#define MODELSERVICE_SERVICE_KEPT_MESSAGES_H_

#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"

namespace modelservice {

class KeptMessages {
 public:
  // RESOURCE_EXHAUSTED when they are larger together than `most` bytes.
  absl::Status Add(grpc::ByteBuffer message, size_t most) {
    bytes_ += message.Length();
    if (bytes_ > most) {
      return BoundReached(
          absl::StrCat("The stream's messages are larger together than ", most,
                       " bytes (max_stream_bytes), as many as may wait for "
                       "the method's transaction."),
          "STREAM_TOO_LARGE");
    }
    messages_.push_back(std::move(message));
    return absl::OkStatus();
  }
  // Null after the last one.
  const grpc::ByteBuffer* Next() {
    return next_ < messages_.size() ? &messages_[next_++] : nullptr;
  }
  void Rewind() { next_ = 0; }
  void Clear() {
    messages_.clear();
    next_ = 0;
    bytes_ = 0;
  }

 private:
  std::vector<grpc::ByteBuffer> messages_;
  size_t next_ = 0;
  size_t bytes_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_KEPT_MESSAGES_H_
