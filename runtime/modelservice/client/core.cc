#include "modelservice/client/core.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/client/header.h"
#include "modelservice/error_details.h"

namespace modelservice::client {
namespace {

// Of gRPC, whose channel makes no connection for want of root certificates.
constexpr absl::string_view kNoConnection = "empty address list";
constexpr absl::string_view kNoRoots =
    "TLS with no root certificates to trust: give ClientTls::ca_file, install "
    "the machine's (Debian: ca-certificates), or name a file of such in "
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH";

// On the clock that nobody sets.
gpr_timespec DeadlineAt(SteadyTime end) {
  return gpr_time_add(
      gpr_now(GPR_CLOCK_MONOTONIC),
      gpr_time_from_nanos(absl::ToInt64Nanoseconds(Until(end)), GPR_TIMESPAN));
}

}  // namespace

Core::Core(absl::string_view service, ClientOptions options)
    : connection_(Connect(options, service)),
      has_address_(true),
      options_(std::move(options)),
      tokens_(std::make_shared<TokenSource>(options_.token)) {}

Core::Core(std::shared_ptr<grpc::Channel> channel, ClientOptions options)
    : connection_(std::make_shared<Connection>(std::move(channel))),
      has_address_(false),
      options_(std::move(options)),
      tokens_(std::make_shared<TokenSource>(options_.token)) {}

absl::Status Core::StatusOf(const grpc::Status& answer) const {
  absl::Status status = FromGrpc(answer);
  const bool names_no_roots =
      options_.tls.has_value() && options_.tls->ca_file.empty();
  if (names_no_roots && absl::StartsWith(status.message(), kNoConnection)) {
    return absl::UnavailableError(kNoRoots);
  }
  if (!absl::IsDeadlineExceeded(status) || !has_address_ ||
      !answer.error_details().empty()) {
    return status;
  }
  const auto state = connection().channel->GetState(/*try_to_connect=*/false);
  if (state != GRPC_CHANNEL_CONNECTING &&
      state != GRPC_CHANNEL_TRANSIENT_FAILURE) {
    return status;
  }
  // Later gRPCs say of roots that are missing in their log alone.
  return absl::DeadlineExceededError(absl::StrCat(
      status.message(), ": there is no connection to a server",
      names_no_roots ? absl::StrCat("; it may be ", kNoRoots) : ""));
}

SteadyTime Core::EndOf(const CallOptions& call) const {
  const SteadyTime end = After(call.timeout.value_or(options_.timeout));
  return call.limits == nullptr ? end : std::min(end, call.limits->ends_at());
}

absl::StatusOr<std::unique_ptr<grpc::ClientContext>> Core::NewContext(
    const CallOptions& call, SteadyTime end, const std::string& token) const {
  auto status = CheckCall(call.limits);
  if (!status.ok()) return status;
  if (end <= SteadyNow()) {
    return absl::DeadlineExceededError(
        "The time for the call was over before it was sent.");
  }
  auto context = std::make_unique<grpc::ClientContext>();
  if (end != kNever) context->set_deadline(DeadlineAt(end));
  context->set_wait_for_ready(
      call.wait_for_ready.value_or(options_.wait_for_ready));
  for (const auto* headers : {&options_.metadata, &call.metadata}) {
    for (const auto& [key, value] : *headers) {
      status = CheckHeader(key, value);
      if (!status.ok()) return status;
      context->AddMetadata(key, value);
    }
  }
  if (!token.empty()) {
    context->AddMetadata("authorization", absl::StrCat("Bearer ", token));
  }
  return context;
}

absl::StatusOr<std::string> Core::Token(const CallOptions& call, SteadyTime end,
                                        const std::string& refused) const {
  if (call.has_token) return std::string();
  return tokens_->Get(refused, end, call.limits);
}

void Core::TokenAside(const CallOptions& call, SteadyTime end,
                      TokenSource::Then then) const {
  if (call.has_token) return then(std::string());
  tokens_->GetAside(end, std::move(then));
}

}  // namespace modelservice::client
