#include "modelservice/service/json_details.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/status_details.h"
#include "modelservice/service/unique_fault.h"

namespace modelservice {
namespace {

// What a trailer has room for; the details have the rest.
constexpr size_t kMostBytes = 1100;

std::string JsonText(absl::string_view text) {
  std::string quoted = "\"";
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '"' || byte == '\\') {
      absl::StrAppend(&quoted, "\\", text.substr(i, 1));
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppendFormat(&quoted, "\\u%04x", byte);
    } else {
      quoted.push_back(text[i]);
    }
  }
  return quoted + "\"";
}

// Django REST framework's code of what does not meet a rule.
std::string CodeOf(absl::string_view reason) {
  static constexpr absl::string_view kDjangos[] = {
      "REQUIRED",
      "NULL",
      "BLANK",
      "MAX_LENGTH",
      "MIN_LENGTH",
      "MAX_VALUE",
      "MIN_VALUE",
      "MAX_DIGITS",
      "MAX_DECIMAL_PLACES",
      "MAX_WHOLE_DIGITS",
      "INVALID_CHOICE",
      "DOES_NOT_EXIST",
      "UNIQUE",
      "NULL_CHARACTERS_NOT_ALLOWED"};
  for (const absl::string_view known : kDjangos) {
    if (reason == known) return absl::AsciiStrToLower(known);
  }
  return "invalid";
}

absl::string_view CodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return "invalid";
    case absl::StatusCode::kNotFound:
      return "not_found";
    case absl::StatusCode::kPermissionDenied:
      return "permission_denied";
    case absl::StatusCode::kUnauthenticated:
      return "not_authenticated";
    case absl::StatusCode::kResourceExhausted:
      return "throttled";
    case absl::StatusCode::kUnimplemented:
      return "method_not_allowed";
    default:
      return "error";
  }
}

std::string FaultJson(absl::string_view message, absl::string_view code) {
  return absl::StrCat("{\"message\": ", JsonText(message), ", \"code\": \"",
                      code, "\"}");
}

// By field, in the order in which they first come; empty where there are none.
std::string FaultsJson(const absl::Status& status) {
  std::vector<std::string> fields;
  std::map<std::string, std::string> faults;
  size_t bytes = 0;
  for (const Violation& violation : ViolationsOf(status)) {
    const std::string field = violation.field.empty()
                                  ? std::string(kNonFieldErrors)
                                  : violation.field;
    const std::string fault =
        FaultJson(violation.description, CodeOf(violation.reason));
    bytes += field.size() + fault.size() + 8;
    if (bytes > kMostBytes && !fields.empty()) break;
    const auto [of_field, is_new] = faults.emplace(field, fault);
    if (is_new) {
      fields.push_back(field);
    } else {
      absl::StrAppend(&of_field->second, ", ", fault);
    }
  }
  std::string json;
  for (const std::string& field : fields) {
    absl::StrAppend(&json, json.empty() ? "{" : ", ", JsonText(field), ": [",
                    faults[field], "]");
  }
  return json.empty() ? "" : json + "}";
}

}  // namespace

absl::Status WithJsonMessage(const absl::Status& status) {
  if (status.ok()) return status;
  std::string json = FaultsJson(status);
  if (json.empty()) {
    json = FaultJson(absl::string_view(status.message()).substr(0, kMostBytes),
                     CodeOf(status.code()));
  }
  absl::Status told(status.code(), json);
  status.ForEachPayload(
      [&](absl::string_view type_url, const absl::Cord& payload) {
        told.SetPayload(type_url, payload);
      });
  return told;
}

}  // namespace modelservice
