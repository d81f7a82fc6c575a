#include "modelservice/client/wire.h"

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <cstdint>
#include <limits>

namespace modelservice::client {

absl::Status ToBytes(const google::protobuf::MessageLite& message,
                     grpc::ByteBuffer* bytes) {
  const size_t size = message.ByteSizeLong();
  if (size > size_t{std::numeric_limits<int32_t>::max()}) {
    return absl::InvalidArgumentError("A message has more than 2 GiB.");
  }
  grpc_slice raw = grpc_slice_malloc(size);
  (void)message.SerializeWithCachedSizesToArray(GRPC_SLICE_START_PTR(raw));
  const grpc::Slice slice(raw, grpc::Slice::STEAL_REF);
  *bytes = grpc::ByteBuffer(&slice, 1);
  return absl::OkStatus();
}

absl::Status FromBytes(grpc::ByteBuffer* bytes,
                       google::protobuf::MessageLite* message) {
  // An empty message may be no bytes at all.
  message->Clear();
  if (!bytes->Valid() || bytes->Length() == 0) return absl::OkStatus();
  grpc::ProtoBufferReader reader(bytes);
  if (!reader.status().ok() || !message->ParseFromZeroCopyStream(&reader)) {
    return absl::InternalError(
        "The answer is no message of its type: the server may be of another "
        "version.");
  }
  return absl::OkStatus();
}

}  // namespace modelservice::client
