#include "modelservice/service/call_context.h"

#include <grpc/support/time.h>
#include <grpcpp/server_context.h>

namespace modelservice {

std::string CallContext::peer() const {
  return grpc_ == nullptr ? "" : grpc_->peer();
}

std::optional<absl::string_view> CallContext::metadata(
    absl::string_view key) const {
  if (grpc_ == nullptr) return std::nullopt;
  const auto& headers = grpc_->client_metadata();
  const auto found = headers.find(grpc::string_ref(key.data(), key.size()));
  if (found == headers.end()) return std::nullopt;
  return absl::string_view(found->second.data(), found->second.size());
}

void CallContext::AddTrailer(const std::string& key, const std::string& value) {
  if (grpc_ != nullptr) grpc_->AddTrailingMetadata(key, value);
}

absl::Time CallContext::deadline() const {
  if (grpc_ == nullptr) return absl::InfiniteFuture();
  // Asked several times in a call, and most calls have none: seen without
  // converting gRPC's clock.
  const gpr_timespec raw = grpc_->raw_deadline();
  if (gpr_time_cmp(raw, gpr_inf_future(raw.clock_type)) == 0) {
    return absl::InfiniteFuture();
  }
  return absl::FromChrono(grpc_->deadline());
}

bool CallContext::cancelled() const {
  return grpc_ != nullptr && grpc_->IsCancelled();
}

}  // namespace modelservice
