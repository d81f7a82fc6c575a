#include "modelservice/error_details.h"

#include <google/protobuf/message_lite.h>
#include <grpcpp/support/status.h>

#include <algorithm>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

template <class Detail>
std::optional<Detail> Of(const absl::Status& status, absl::string_view name,
                         absl::string_view package = "google.rpc") {
  const auto payload = status.GetPayload(
      absl::StrCat("type.googleapis.com/", package, ".", name));
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) {
    return std::nullopt;
  }
  return detail;
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status made(static_cast<absl::StatusCode>(status.error_code()),
                    status.error_message());
  StatusDetails details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      made.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
  }
  return made;
}

std::optional<ErrorInfo> ErrorInfoOf(const absl::Status& status) {
  return Of<ErrorInfo>(status, "ErrorInfo");
}

std::optional<BadRequest> BadRequestOf(const absl::Status& status) {
  return Of<BadRequest>(status, "BadRequest");
}

std::map<std::string, std::string> RuleParametersOf(const absl::Status& status,
                                                    int violation) {
  const auto rules = Of<ViolatedRules>(status, "ViolatedRules", "modelservice");
  if (!rules.has_value()) return {};
  for (const auto& rule : rules->rules()) {
    if (rule.violation() == violation) {
      return {rule.parameters().begin(), rule.parameters().end()};
    }
  }
  return {};
}

std::optional<absl::Duration> RetryDelayOf(const absl::Status& status) {
  const auto info = Of<RetryInfo>(status, "RetryInfo");
  if (!info.has_value()) return std::nullopt;
  const auto& delay = info->retry_delay();
  return std::max(absl::ZeroDuration(), absl::Seconds(delay.seconds()) +
                                            absl::Nanoseconds(delay.nanos()));
}

std::optional<ResourceInfo> ResourceInfoOf(const absl::Status& status) {
  return Of<ResourceInfo>(status, "ResourceInfo");
}

std::optional<QuotaFailure> QuotaFailureOf(const absl::Status& status) {
  return Of<QuotaFailure>(status, "QuotaFailure");
}

}  // namespace modelservice
