#include "modelservice/base/status_details.h"

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

constexpr absl::string_view kDomain = "modelservice";

}  // namespace

void AddDetail(absl::Status* status, absl::string_view type,
               const google::protobuf::MessageLite& detail) {
  status->SetPayload(absl::StrCat("type.googleapis.com/google.rpc.", type),
                     absl::Cord(detail.SerializeAsString()));
}

void AddErrorInfo(absl::Status* status, absl::string_view reason) {
  ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kDomain));
  AddDetail(status, "ErrorInfo", info);
}

void AddRetryInfo(absl::Status* status, absl::Duration delay) {
  RetryInfo info;
  absl::Duration rest;
  info.mutable_retry_delay()->set_seconds(
      absl::IDivDuration(delay, absl::Seconds(1), &rest));
  info.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  AddDetail(status, "RetryInfo", info);
}

absl::Status BoundReached(absl::string_view message, absl::string_view reason) {
  absl::Status status = absl::ResourceExhaustedError(message);
  AddErrorInfo(&status, reason);
  AddRetryInfo(&status, absl::Seconds(1));
  return status;
}

}  // namespace modelservice
