#include "modelservice/base/status_details.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/base/rules.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

constexpr absl::string_view kDomain = "modelservice";
constexpr absl::string_view kTypeUrl = "type.googleapis.com/google.rpc.";
constexpr absl::string_view kErrorInfo =
    "type.googleapis.com/google.rpc.ErrorInfo";
constexpr absl::string_view kBadRequest =
    "type.googleapis.com/google.rpc.BadRequest";
constexpr absl::string_view kViolatedRules =
    "type.googleapis.com/modelservice.ViolatedRules";

// Clients refuse trailers of more than 8 KiB together, and then show an error
// of their own in place of ours. In bytes as they are sent: a message's
// characters beyond ASCII take three each, details grow by a third.
constexpr size_t kMaxMessage = 1200;
constexpr size_t kMaxDetails = 4200;
constexpr size_t kMaxViolations = 2400;  // all of one BadRequest
constexpr size_t kMaxParameters = 800;   // of their rules
constexpr size_t kMaxText = 400;         // one text in a detail
constexpr size_t kMaxParameter = 100;

// At most `max` bytes of `text` as a trailer carries it; ends in "..." when
// that is not all.
std::string Clipped(absl::string_view text, size_t max) {
  size_t sent = 0;
  size_t end = 0;   // of what fits
  size_t tail = 0;  // of what fits and leaves room for the dots
  while (end < text.size()) {
    size_t next = end + 1;
    // Whole characters: the bytes after the first are 10xxxxxx.
    while (next < text.size() && (text[next] & 0xc0) == 0x80) ++next;
    const bool plain = text[end] >= ' ' && text[end] < 0x7f && text[end] != '%';
    sent += plain ? 1 : 3 * (next - end);
    if (sent > max) return absl::StrCat(text.substr(0, tail), "...");
    end = next;
    if (sent + 3 <= max) tail = end;
  }
  return std::string(text);
}

template <class Detail>
bool ReadDetail(const absl::Status& status, absl::string_view type,
                Detail* detail) {
  const auto bytes = status.GetPayload(type);
  return bytes.has_value() && detail->ParseFromString(std::string(*bytes));
}

// Into `added`, the last one of its details, and, of its rule, into `rules`.
void AddViolation(const Violation& violation, BadRequest::FieldViolation* added,
                  int position, ViolatedRules* rules) {
  added->set_field(Clipped(violation.field, kMaxText));
  added->set_description(Clipped(violation.description, kMaxText));
  added->set_reason(violation.reason);
  auto parameters = violation.parameters;
  if (violation.reason.empty()) {
    auto rule = FindRule(violation.description);
    if (!rule.has_value()) return;
    added->set_reason(std::string(rule->reason));
    parameters = std::move(rule->parameters);
  }
  if (parameters.empty()) return;
  ViolatedRules::Rule* const told = rules->add_rules();
  told->set_violation(position);
  for (const auto& [name, value] : parameters) {
    (*told->mutable_parameters())[name] = Clipped(value, kMaxParameter);
  }
  if (rules->ByteSizeLong() > kMaxParameters) {
    rules->mutable_rules()->RemoveLast();
  }
}

// The same bytes for the same details, whatever order a map has.
absl::Cord BytesOf(const google::protobuf::MessageLite& detail) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    (void)detail.SerializeToCodedStream(&coded);
  }
  return absl::Cord(std::move(bytes));
}

// `type` is the message's name in google.rpc.
void Add(absl::Status* status, absl::string_view type,
         const google::protobuf::MessageLite& detail) {
  status->SetPayload(absl::StrCat(kTypeUrl, type), BytesOf(detail));
}

}  // namespace

void AddErrorInfo(
    absl::Status* status, absl::string_view reason,
    absl::Span<const std::pair<absl::string_view, absl::string_view>>
        metadata) {
  ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kDomain));
  for (const auto& [name, value] : metadata) {
    (*info.mutable_metadata())[std::string(name)] = std::string(value);
  }
  Add(status, "ErrorInfo", info);
}

bool HasErrorInfo(const absl::Status& status) {
  return status.GetPayload(kErrorInfo).has_value();
}

void SetErrorDomain(absl::Status* status, absl::string_view domain) {
  ErrorInfo info;
  if (!ReadDetail(*status, kErrorInfo, &info) || info.domain() != kDomain) {
    return;
  }
  info.set_domain(std::string(domain));
  Add(status, "ErrorInfo", info);
}

std::string ErrorReason(const absl::Status& status) {
  ErrorInfo info;
  return ReadDetail(status, kErrorInfo, &info) ? info.reason() : "";
}

absl::Status ErrorWithReason(absl::StatusCode code, absl::string_view message,
                             absl::string_view reason) {
  absl::Status status(code, message);
  AddErrorInfo(&status, reason);
  return status;
}

void AddRetryInfo(absl::Status* status, absl::Duration delay) {
  RetryInfo info;
  absl::Duration rest;
  info.mutable_retry_delay()->set_seconds(
      absl::IDivDuration(delay, absl::Seconds(1), &rest));
  info.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  Add(status, "RetryInfo", info);
}

void AddBadRequest(absl::Status* status,
                   absl::Span<const Violation> violations) {
  BadRequest details;
  ViolatedRules rules;
  size_t size = 0;
  for (size_t i = 0; i < violations.size(); ++i) {
    auto* added = details.add_field_violations();
    if (size > kMaxViolations && i + 1 < violations.size()) {
      AddViolation(
          {"", absl::StrCat(violations.size() - i, " more violations.")}, added,
          static_cast<int>(i), &rules);
      break;
    }
    AddViolation(violations[i], added, static_cast<int>(i), &rules);
    size += added->ByteSizeLong();
  }
  Add(status, "BadRequest", details);
  if (rules.rules_size() > 0) {
    status->SetPayload(kViolatedRules, BytesOf(rules));
  } else {
    status->ErasePayload(kViolatedRules);
  }
}

std::vector<Violation> ViolationsOf(const absl::Status& status) {
  BadRequest details;
  ViolatedRules rules;
  std::vector<Violation> violations;
  if (!ReadDetail(status, kBadRequest, &details)) return violations;
  for (const auto& fault : details.field_violations()) {
    violations.push_back(
        {fault.field(), fault.description(), fault.reason(), {}});
  }
  if (!ReadDetail(status, kViolatedRules, &rules)) return violations;
  for (const auto& rule : rules.rules()) {
    const auto i = static_cast<size_t>(rule.violation());
    if (i >= violations.size()) continue;
    violations[i].parameters.assign(rule.parameters().begin(),
                                    rule.parameters().end());
  }
  return violations;
}

absl::Status InvalidArgument(absl::Span<const Violation> violations) {
  const std::string message = absl::StrJoin(
      violations, " ", [](std::string* out, const Violation& violation) {
        absl::StrAppend(out, violation.field,
                        violation.field.empty() ? "" : ": ",
                        violation.description);
      });
  absl::Status status = ErrorWithReason(absl::StatusCode::kInvalidArgument,
                                        message, "INVALID_ARGUMENT");
  AddBadRequest(&status, violations);
  return status;
}

void AddQuotaFailure(absl::Status* status, absl::string_view subject,
                     absl::string_view description) {
  QuotaFailure failure;
  QuotaFailure::Violation* violation = failure.add_violations();
  violation->set_subject(Clipped(subject, kMaxText));
  violation->set_description(Clipped(description, kMaxText));
  Add(status, "QuotaFailure", failure);
}

void AddResourceInfo(absl::Status* status, absl::string_view type,
                     absl::string_view name, absl::string_view description) {
  ResourceInfo resource;
  resource.set_resource_type(std::string(type));
  resource.set_resource_name(Clipped(name, kMaxText));
  resource.set_description(Clipped(description, kMaxText));
  Add(status, "ResourceInfo", resource);
}

absl::Status BoundReached(absl::string_view message, absl::string_view reason) {
  absl::Status status =
      ErrorWithReason(absl::StatusCode::kResourceExhausted, message, reason);
  AddRetryInfo(&status, absl::Seconds(1));
  return status;
}

absl::Status ServerStopping() {
  absl::Status status =
      ErrorWithReason(absl::StatusCode::kUnavailable, "The server is stopping.",
                      "SHUTTING_DOWN");
  AddRetryInfo(&status, absl::Seconds(1));
  return status;
}

SentStatus ForTrailers(const absl::Status& status) {
  SentStatus sent;
  sent.message = Clipped(status.message(), kMaxMessage);
  StatusDetails details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(sent.message);
  const auto add = [&](absl::string_view type, const absl::Cord& bytes) {
    auto* detail = details.add_details();
    detail->set_type_url(std::string(type));
    detail->set_value(std::string(bytes));
    if (details.ByteSizeLong() > kMaxDetails) {
      details.mutable_details()->RemoveLast();
    }
  };
  // First what programs look at, then the others by name: absl gives them in
  // any order, and equal refusals should be equal bytes.
  std::map<std::string, absl::Cord> others;
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& bytes) {
    if (type == kErrorInfo) {
      add(type, bytes);
    } else if (absl::StartsWith(type, kTypeUrl) || type == kViolatedRules) {
      others.emplace(type, bytes);
    }
  });
  for (const auto& [type, bytes] : others) add(type, bytes);
  if (details.details_size() > 0) sent.details = details.SerializeAsString();
  return sent;
}

}  // namespace modelservice
