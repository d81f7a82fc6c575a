#include "modelservice/service/call_context.h"

#include <grpcpp/server_context.h>

#include <chrono>

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
  const auto deadline = grpc_->deadline();
  return deadline == std::chrono::system_clock::time_point::max()
             ? absl::InfiniteFuture()
             : absl::FromChrono(deadline);
}

bool CallContext::cancelled() const {
  return grpc_ != nullptr && grpc_->IsCancelled();
}

}  // namespace modelservice
