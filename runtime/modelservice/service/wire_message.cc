#include "modelservice/service/wire_message.h"

#include <grpcpp/support/proto_buffer_reader.h>
#include <grpcpp/support/slice.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/errors.h"

namespace modelservice {

grpc::ByteBuffer ToByteBuffer(WireBuffer wire) {
  // Up to here a copy is cheaper than the reference count of a slice that frees
  // memory of ours.
  constexpr size_t kCopied = 1024;
  const size_t size = wire.size();
  if (size <= kCopied) return CopyToByteBuffer(wire.bytes());
  grpc::Slice slice(wire.Release(), size, &std::free);
  return grpc::ByteBuffer(&slice, 1);
}

grpc::ByteBuffer CopyToByteBuffer(absl::string_view wire) {
  const grpc::Slice slice =
      wire.empty() ? grpc::Slice() : grpc::Slice(wire.data(), wire.size());
  return grpc::ByteBuffer(&slice, 1);
}

absl::Status ParseMessage(const grpc::ByteBuffer& bytes,
                          google::protobuf::Message* message) {
  bool parsed = false;
  grpc::Slice slice;
  if (bytes.TrySingleSlice(&slice).ok()) {
    parsed = message->ParsePartialFromArray(slice.begin(),
                                            static_cast<int>(slice.size()));
  } else {
    grpc::ByteBuffer copy(bytes);  // shares the slices
    grpc::ProtoBufferReader reader(&copy);
    parsed = message->ParsePartialFromZeroCopyStream(&reader);
  }
  if (parsed && message->IsInitialized()) return absl::OkStatus();
  if (!parsed) {
    return InvalidArgument(
        {{"", absl::StrCat("The request is no valid ",
                           compat::Str(message->GetDescriptor()->full_name()),
                           ".")}});
  }
  std::vector<std::string> missing;
  message->FindInitializationErrors(&missing);
  std::vector<Violation> violations;
  for (const std::string& path : missing) {
    violations.push_back({path, "This field is required."});
  }
  return InvalidArgument(violations);
}

}  // namespace modelservice
