#include "wire_calls.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <cstdint>
#include <utility>

namespace modelservice {
namespace {

using ::google::protobuf::internal::WireFormatLite;

// Longer than any call takes; one that takes as long hangs.
constexpr std::chrono::seconds kPatience(20);

std::string ToBytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

bool WireClient::Await() {
  void* tag = nullptr;
  bool ok = false;
  return queue_.Next(&tag, &ok) && ok;
}

WireAnswer WireClient::Call(const std::string& path,
                            absl::string_view request) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  const auto call = stub_.PrepareCall(&context, path, &queue_);
  call->StartCall(nullptr);
  const grpc::Slice slice(request.data(), request.size());
  WireAnswer answer;
  if (Await()) {
    call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
    Await();
    for (;;) {
      grpc::ByteBuffer reply;
      call->Read(&reply, nullptr);
      if (!Await()) break;
      answer.replies.push_back(ToBytes(reply));
    }
  }
  call->Finish(&answer.status, nullptr);
  Await();
  return answer;
}

std::vector<WireCall> ReadCalls(absl::string_view bytes) {
  google::protobuf::io::CodedInputStream input(
      reinterpret_cast<const uint8_t*>(bytes.data()),
      static_cast<int>(bytes.size()));
  std::vector<WireCall> calls;
  for (;;) {
    const uint32_t tag = input.ReadTag();
    if (WireFormatLite::GetTagWireType(tag) !=
        WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      return calls;
    }
    WireCall call;
    call.number = WireFormatLite::GetTagFieldNumber(tag);
    uint32_t size = 0;
    if (!input.ReadVarint32(&size) || size > bytes.size() ||
        !input.ReadString(&call.request, static_cast<int>(size))) {
      return calls;
    }
    calls.push_back(std::move(call));
  }
}

std::string WriteCalls(const std::vector<WireCall>& calls) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  for (const WireCall& call : calls) {
    output.WriteTag(WireFormatLite::MakeTag(
        call.number, WireFormatLite::WIRETYPE_LENGTH_DELIMITED));
    output.WriteVarint32(static_cast<uint32_t>(call.request.size()));
    output.WriteRaw(call.request.data(), static_cast<int>(call.request.size()));
  }
  output.Trim();
  return bytes;
}

}  // namespace modelservice
