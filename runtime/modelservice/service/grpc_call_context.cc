#include "modelservice/service/grpc_call_context.h"

#include <grpc/support/time.h>
#include <grpcpp/server_context.h>

#include <iterator>
#include <map>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/client/header.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

// W3C's Trace Context: of several parents none is it.
constexpr char kParent[] = "traceparent";
// Those of which several are one list (RFC 9110, 5.3). JSON, too, of which then
// nothing is passed over: two objects with a comma between them are none.
constexpr absl::string_view kLists[] = {"tracestate", "x-goog-fieldmask",
                                        "filters", "pagination"};

using Headers = std::multimap<grpc::string_ref, grpc::string_ref>;

// Whether no other header has the name of `first`, the first one that does.
bool IsOne(const Headers& headers, Headers::const_iterator first) {
  const auto next = std::next(first);
  return next == headers.end() || next->first != first->first;
}

// When the client's own deadline passes.
SteadyTime ClientEnd(const grpc::ServerContextBase& grpc) {
  const gpr_timespec raw = grpc.raw_deadline();
  if (gpr_time_cmp(raw, gpr_inf_future(raw.clock_type)) == 0) return kNever;
  const gpr_timespec left = gpr_time_sub(raw, gpr_now(raw.clock_type));
  return After(absl::Seconds(left.tv_sec) + absl::Nanoseconds(left.tv_nsec));
}

}  // namespace

GrpcCallContext::GrpcCallContext(absl::string_view method,
                                 grpc::ServerContextBase& grpc)
    : CallContext(method, ClientEnd(grpc)), grpc_(grpc) {}

std::string GrpcCallContext::peer() const { return grpc_.peer(); }

std::optional<absl::string_view> GrpcCallContext::metadata(
    absl::string_view key) const {
  const auto& headers = grpc_.client_metadata();
  const auto found = headers.find(grpc::string_ref(key.data(), key.size()));
  if (found != headers.end()) {
    if (!IsOne(headers, found)) {
      if (key == kParent) return std::nullopt;
      if (absl::c_linear_search(kLists, key)) return All(key);
    }
    return absl::string_view(found->second.data(), found->second.size());
  }
  const auto more = more_headers_.find(key);
  if (more == more_headers_.end()) return std::nullopt;
  return absl::string_view(more->second);
}

absl::string_view GrpcCallContext::All(absl::string_view key) const {
  const MutexLock lock(joined_mutex_);
  const auto [joined, is_new] = joined_.try_emplace(std::string(key));
  if (!is_new) return joined->second;
  const auto [first, last] = grpc_.client_metadata().equal_range(
      grpc::string_ref(key.data(), key.size()));
  for (auto header = first; header != last; ++header) {
    const absl::string_view value(header->second.data(), header->second.size());
    if (value.empty()) continue;
    absl::StrAppend(&joined->second, joined->second.empty() ? "" : ",", value);
  }
  return joined->second;
}

std::vector<std::string> GrpcCallContext::certificate_names(
    const std::string& kind) const {
  const auto tls = grpc_.auth_context();
  if (tls == nullptr || !tls->IsPeerAuthenticated()) return {};
  std::vector<std::string> names;
  for (const grpc::string_ref& name : tls->FindPropertyValues(kind)) {
    names.emplace_back(name.data(), name.size());
  }
  return names;
}

void GrpcCallContext::AddTrailer(const std::string& key,
                                 const std::string& value) const {
  if (const absl::Status fault = client::CheckHeader(key, value); !fault.ok()) {
    Log(Severity::kError,
        absl::StrCat("AddTrailer in ", method(), ": ", fault.message()));
    return;
  }
  const MutexLock lock(answer_mutex_);
  if (!answered_) grpc_.AddTrailingMetadata(key, value);
}

void GrpcCallContext::Cancel() { grpc_.TryCancel(); }

void GrpcCallContext::Answered() {
  const MutexLock lock(answer_mutex_);
  answered_ = true;
}

void GrpcCallContext::EndEarly() {
  Answered();
  ended_early_ = true;
}

bool GrpcCallContext::cancelled() const {
  return ended_early_ || grpc_.IsCancelled();
}

}  // namespace modelservice
