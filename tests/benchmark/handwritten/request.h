// From request bytes to a message, and from our status to gRPC's.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_REQUEST_H_
#define TESTS_BENCHMARK_HANDWRITTEN_REQUEST_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>
#include <grpcpp/support/status.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace handwritten {

// False when the bytes are no such message; text that is not UTF-8 counts.
template <class Message>
bool ParseRequest(const grpc::ByteBuffer& bytes, Message* message) {
  grpc::Slice slice;
  if (bytes.TrySingleSlice(&slice).ok()) {
    return message->ParseFromArray(slice.begin(),
                                   static_cast<int>(slice.size()));
  }
  grpc::ByteBuffer copy(bytes);
  grpc::ProtoBufferReader reader(&copy);
  return message->ParseFromZeroCopyStream(&reader);
}

inline absl::Status MalformedRequest() {
  return absl::InvalidArgumentError("The request is malformed.");
}

inline grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()),
          std::string(status.message())};
}

}  // namespace handwritten

#endif  // TESTS_BENCHMARK_HANDWRITTEN_REQUEST_H_
