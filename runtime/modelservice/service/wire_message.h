// Between gRPC's byte buffers and our wire format and messages.
#ifndef MODELSERVICE_SERVICE_WIRE_MESSAGE_H_
#define MODELSERVICE_SERVICE_WIRE_MESSAGE_H_

#include <google/protobuf/message.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/orm/wire.h"

namespace modelservice {

// Hands the bytes over, without a copy unless they are few.
grpc::ByteBuffer ToByteBuffer(WireBuffer wire);
// Copies them: cheaper for many small messages, whose buffer is then used
// again.
grpc::ByteBuffer CopyToByteBuffer(absl::string_view wire);

// INVALID_ARGUMENT when the bytes are no such message.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes,
                          google::protobuf::Message* message);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_WIRE_MESSAGE_H_
