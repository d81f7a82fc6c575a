#include "modelservice/manage/health_check.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "modelservice/base/pem.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/base/url.h"
#include "modelservice/orm/wire.h"

namespace modelservice {
namespace {

constexpr char kCheck[] = "/grpc.health.v1.Health/Check";
constexpr size_t kMaxCertificates = 8 << 20;

// grpc.health.v1.HealthCheckResponse: its one field, when it is SERVING.
constexpr absl::string_view kServing("\x08\x01", 2);

// Where a server that listens there is to be found on its own machine: at the
// first of its addresses.
std::string TargetOf(absl::string_view addresses) {
  const absl::string_view address =
      absl::StripAsciiWhitespace(addresses.substr(0, addresses.find(',')));
  for (absl::string_view everywhere : {"0.0.0.0:", "[::]:", ":"}) {
    absl::string_view port = address;
    if (absl::ConsumePrefix(&port, everywhere)) {
      return absl::StrCat("127.0.0.1:", port);
    }
  }
  return std::string(address);
}

// What the file that the flag names holds; empty without the flag.
absl::StatusOr<std::string> PemOf(const Flags& flags, absl::string_view flag) {
  const auto file = flags.Text(flag);
  if (!file.has_value()) return std::string();
  auto content = ReadRegularFile(*file, kMaxCertificates);
  if (content.ok()) return content;
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, ": ", *file, " ", content.status().message()));
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsOf(
    const Flags& flags) {
  const auto authority = PemOf(flags, "ca-file");
  if (!authority.ok()) return authority.status();
  const auto certificate = PemOf(flags, "certificate-file");
  if (!certificate.ok()) return certificate.status();
  const auto key = PemOf(flags, "key-file");
  if (!key.ok()) return key.status();
  if (certificate->empty() != key->empty() ||
      (authority->empty() && !key->empty())) {
    return absl::InvalidArgumentError(
        "--certificate-file and --key-file belong together, and need "
        "--ca-file");
  }
  if (authority->empty()) return grpc::InsecureChannelCredentials();
  const auto named = [&flags](absl::string_view flag) {
    return absl::StrCat("--", flag, ": ", flags.Text(flag).value_or(""));
  };
  const absl::Status fit =
      CheckClientPem({*authority, *certificate, *key, named("ca-file"),
                      named("certificate-file"), named("key-file")});
  if (!fit.ok()) return fit;
  return grpc::SslCredentials({*authority, *key, *certificate});
}

absl::StatusOr<double> WaitOf(const Flags& flags) {
  const std::string text = flags.Text("wait").value_or("5");
  double seconds = 0;
  if (!absl::SimpleAtod(text, &seconds) || !(seconds > 0 && seconds <= 3600)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--wait: ", text, " must be more than 0 and at most 3600 seconds"));
  }
  return seconds;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

absl::Status HealthCheck(const Invocation& call) {
  const auto seconds = WaitOf(call.flags);
  if (!seconds.ok()) return seconds.status();
  const auto credentials = CredentialsOf(call.flags);
  if (!credentials.ok()) return credentials.status();
  grpc::ChannelArguments arguments;
  // The server is this machine's, whatever proxy the environment names.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (const auto name = call.flags.Text("server-name"); name.has_value()) {
    arguments.SetSslTargetNameOverride(*name);
  }
  const std::string target = TargetOf(call.settings.address());
  if (auto port = CheckPort(target); !port.ok()) return port;
  grpc::GenericStub stub(
      grpc::CreateCustomChannel(target, *credentials, arguments));

  WireBuffer request;
  if (const auto service = call.flags.Text("service"); service.has_value()) {
    request.LengthDelimited(1, *service);
  }
  const grpc::Slice slice(std::string(request.bytes()));
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ClientContext context;
  context.set_deadline(
      absl::ToChronoTime(absl::Now() + absl::Seconds(*seconds)));
  grpc::CompletionQueue queue;
  grpc::ByteBuffer received;
  grpc::Status status;
  const auto rpc = stub.PrepareUnaryCall(&context, kCheck, sent, &queue);
  rpc->StartCall();
  rpc->Finish(&received, &status, /*tag=*/nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  if (!status.ok()) {
    return absl::UnavailableError(
        absl::StrCat(target, ": ", status.error_message()));
  }
  if (BytesOf(received) != kServing) {
    return absl::UnavailableError(absl::StrCat(target, " is NOT_SERVING"));
  }
  std::printf("%s is SERVING\n", target.c_str());
  return absl::OkStatus();
}

}  // namespace modelservice
