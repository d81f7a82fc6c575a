// Messages and the bytes that gRPC moves.
#ifndef MODELSERVICE_CLIENT_WIRE_H_
#define MODELSERVICE_CLIENT_WIRE_H_

#include <google/protobuf/message_lite.h>

#include "absl/status/status.h"

namespace grpc {
class ByteBuffer;
}

namespace modelservice::client {

// INVALID_ARGUMENT for what no message may be: more than 2 GiB.
absl::Status ToBytes(const google::protobuf::MessageLite& message,
                     grpc::ByteBuffer* bytes);

// INTERNAL for what is no such message.
absl::Status FromBytes(grpc::ByteBuffer* bytes,
                       google::protobuf::MessageLite* message);

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_WIRE_H_
