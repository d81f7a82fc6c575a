#include "modelservice/service/json_details.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "modelservice/service/unique_fault.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

// What a trailer has room for; the details have the rest.
constexpr size_t kMostBytes = 1100;

std::string Quoted(absl::string_view text) {
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

// Django REST framework's code of one of its sentences.
absl::string_view CodeOf(absl::string_view sentence) {
  struct Known {
    absl::string_view begins;
    absl::string_view holds;
    absl::string_view code;
  };
  static constexpr Known kKnown[] = {
      {"This field is required.", "", "required"},
      {"This field may not be null.", "", "null"},
      {"This field may not be blank.", "", "blank"},
      {"Ensure this field has no more than ", "", "max_length"},
      {"Ensure this field has at least ", "", "min_length"},
      {"Ensure this value is less than ", "", "max_value"},
      {"Ensure this value is greater than ", "", "min_value"},
      {"Ensure that there are no more than ", " in total", "max_digits"},
      {"Ensure that there are no more than ", "decimal places",
       "max_decimal_places"},
      {"Ensure that there are no more than ", "before the decimal point",
       "max_whole_digits"},
      {"\"", "is not a valid choice.", "invalid_choice"},
      {"Invalid pk ", "", "does_not_exist"},
      {"Invalid key ", "", "does_not_exist"},
      {"The fields ", "must make a unique set.", "unique"},
      {"", " already exists.", "unique"},
      {"Null characters are not allowed.", "", "null_characters_not_allowed"},
  };
  for (const Known& known : kKnown) {
    if (absl::StartsWith(sentence, known.begins) &&
        absl::StrContains(sentence, known.holds)) {
      return known.code;
    }
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

std::string Fault(absl::string_view message, absl::string_view code) {
  return absl::StrCat("{\"message\": ", Quoted(message), ", \"code\": \"", code,
                      "\"}");
}

// By field, in the order in which they first come; empty where there are none.
std::string Faults(const absl::Status& status) {
  BadRequest request;
  const auto payload =
      status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  if (!payload.has_value() || !request.ParseFromString(std::string(*payload))) {
    return "";
  }
  std::vector<std::string> fields;
  std::map<std::string, std::string> faults;
  size_t bytes = 0;
  for (const auto& violation : request.field_violations()) {
    const std::string field = violation.field().empty()
                                  ? std::string(kNonFieldErrors)
                                  : violation.field();
    const std::string fault =
        Fault(violation.description(), CodeOf(violation.description()));
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
    absl::StrAppend(&json, json.empty() ? "{" : ", ", Quoted(field), ": [",
                    faults[field], "]");
  }
  return json.empty() ? "" : json + "}";
}

}  // namespace

absl::Status WithJsonMessage(const absl::Status& status) {
  if (status.ok()) return status;
  std::string json = Faults(status);
  if (json.empty()) {
    json = Fault(absl::string_view(status.message()).substr(0, kMostBytes),
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
