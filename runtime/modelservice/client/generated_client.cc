#include "modelservice/generated_client.h"

#include <google/protobuf/descriptor.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/openssl.h"
#include "modelservice/client/core.h"
#include "modelservice/client/started_stream.h"
#include "modelservice/client/stream_call.h"
#include "modelservice/client/unary_call.h"
#include "modelservice/log.h"

namespace modelservice::client {

void Init(ServiceClient* client, absl::string_view service,
          ClientOptions options) {
  Access::SetCore(client,
                  std::make_shared<const Core>(service, std::move(options)));
}

void Init(ServiceClient* client, std::shared_ptr<grpc::Channel> channel,
          ClientOptions options) {
  Access::SetCore(client, std::make_shared<const Core>(std::move(channel),
                                                       std::move(options)));
}

CallHandle StartCall(
    const std::shared_ptr<const Core>& core, const char* path, Repeats repeats,
    const CallOptions& options, const google::protobuf::MessageLite& request,
    std::function<void(const absl::Status&, grpc::ByteBuffer*)> done) {
  grpc::ByteBuffer bytes;
  const absl::Status status = ToBytes(request, &bytes);
  if (!status.ok()) {
    done(status, nullptr);
    return CallHandle();
  }
  const auto call = std::make_shared<UnaryCall>(
      core, path, repeats, options, std::move(bytes), std::move(done));
  call->StartAside();
  return CallHandle([call] { call->Cancel(); });
}

OpenStream Open(const std::shared_ptr<const Core>& core, const char* path,
                const CallOptions& options) {
  return OpenStream(StreamCall::Start(core, path, options, nullptr));
}

StartedWriter StartSending(const std::shared_ptr<const Core>& core,
                           const char* path, const CallOptions& options,
                           google::protobuf::MessageLite* message,
                           std::function<bool()> take,
                           std::function<void(const absl::Status&)> done) {
  return StartedWriter(
      StartedStream::Start(core, path, options, nullptr,
                           {message, std::move(take), std::move(done)}));
}

bool SaysState(const google::protobuf::Message& request,
               absl::Span<const FieldPath> fields) {
  using google::protobuf::FieldDescriptor;
  for (const FieldPath& path : fields) {
    if (path.field == 0) continue;
    const google::protobuf::Message* in = &request;
    if (path.outer != 0) {
      in = &in->GetReflection()->GetMessage(
          *in, in->GetDescriptor()->FindFieldByNumber(path.outer));
    }
    const auto* const field =
        in->GetDescriptor()->FindFieldByNumber(path.field);
    const auto& values = *in->GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (!values.GetString(*in, field).empty()) return true;
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        if (values.GetInt32(*in, field) != 0) return true;
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        if (values.GetInt64(*in, field) != 0) return true;
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        if (values.GetUInt32(*in, field) != 0) return true;
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        if (values.GetUInt64(*in, field) != 0) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

std::string TextOf(const google::protobuf::Message& message, int field) {
  return message.GetReflection()->GetString(
      message, message.GetDescriptor()->FindFieldByNumber(field));
}

void SetText(google::protobuf::Message* message, int field,
             const std::string& text) {
  message->GetReflection()->SetString(
      message, message->GetDescriptor()->FindFieldByNumber(field), text);
}

void SetRequestId(google::protobuf::Message* request, int field) {
  if (!TextOf(*request, field).empty()) return;
  // Not to be guessed: callers who have not shown who they are have theirs in
  // common.
  SetText(request, field,
          absl::BytesToHexString(
              ::modelservice::TextOf(RandomDigest()).substr(0, 16)));
}

void LogUnseen(const absl::Status& status) {
  if (status.ok()) return;
  Log(Severity::kWarning,
      absl::StrCat(
          "rows of a call ended early, and nobody asked for their "
          "status(): ",
          status.ToString(absl::StatusToStringMode::kWithNoExtraData)));
}

}  // namespace modelservice::client
