#include "modelservice/service/grpc_call_context.h"

#include <grpc/support/time.h>
#include <grpcpp/server_context.h>

#include <iterator>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "modelservice/client/header.h"
#include "modelservice/log.h"

namespace modelservice {
namespace {

// Headers of which W3C's Trace Context says what several of them mean.
constexpr char kParent[] = "traceparent";
constexpr char kState[] = "tracestate";
// A list of paths.
constexpr char kMask[] = "x-goog-fieldmask";

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
    // Of several parents none is it; several lists are one.
    if (key == kParent && !IsOne(headers, found)) return std::nullopt;
    if (key == kState && !IsOne(headers, found)) return All(kState, states_);
    if (key == kMask && !IsOne(headers, found)) return All(kMask, masks_);
    return absl::string_view(found->second.data(), found->second.size());
  }
  const auto more = more_headers_.find(key);
  if (more == more_headers_.end()) return std::nullopt;
  return absl::string_view(more->second);
}

absl::string_view GrpcCallContext::All(const char* key,
                                       JoinedHeaders& joined) const {
  std::call_once(joined.made, [&] {
    const auto [first, last] = grpc_.client_metadata().equal_range(key);
    for (auto header = first; header != last; ++header) {
      const absl::string_view value(header->second.data(),
                                    header->second.size());
      if (value.empty()) continue;
      absl::StrAppend(&joined.text, joined.text.empty() ? "" : ",", value);
    }
  });
  return joined.text;
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
