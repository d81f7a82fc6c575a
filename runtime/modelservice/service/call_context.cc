#include "modelservice/call_context.h"

#include <grpc/support/time.h>
#include <grpcpp/server_context.h>

#include <algorithm>

#include "absl/time/clock.h"

namespace modelservice {

CallContext::CallContext(absl::string_view method,
                         grpc::ServerContextBase* grpc)
    : method_(method), grpc_(grpc) {
  if (grpc == nullptr) return;
  const gpr_timespec raw = grpc->raw_deadline();
  if (gpr_time_cmp(raw, gpr_inf_future(raw.clock_type)) == 0) return;
  const gpr_timespec left = gpr_time_sub(raw, gpr_now(raw.clock_type));
  client_end_ =
      After(absl::Seconds(left.tv_sec) + absl::Nanoseconds(left.tv_nsec));
}

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

void CallContext::AddTrailer(const std::string& key,
                             const std::string& value) const {
  if (grpc_ == nullptr) return;
  const MutexLock lock(answer_mutex_);
  if (!ended_early_) grpc_->AddTrailingMetadata(key, value);
}

std::vector<std::string> CallContext::certificate_names(
    const std::string& kind) const {
  if (grpc_ == nullptr) return {};
  const auto tls = grpc_->auth_context();
  if (tls == nullptr || !tls->IsPeerAuthenticated()) return {};
  std::vector<std::string> names;
  for (const grpc::string_ref& name : tls->FindPropertyValues(kind)) {
    names.emplace_back(name.data(), name.size());
  }
  return names;
}

const Principal& CallContext::principal() const {
  static const auto* const anonymous = new Principal();
  return principal_ == nullptr ? *anonymous : *principal_;
}

absl::Time CallContext::deadline() const {
  return ends_at() == kNever ? absl::InfiniteFuture()
                             : absl::Now() + Until(ends_at());
}

void CallContext::Cancel() {
  if (grpc_ != nullptr) grpc_->TryCancel();
}

void CallContext::EndEarly() {
  const MutexLock lock(answer_mutex_);
  ended_early_ = true;
}

bool CallContext::cancelled() const {
  return ended_early_ || (grpc_ != nullptr && grpc_->IsCancelled());
}

}  // namespace modelservice
