#include "modelservice/service/fault_path.h"

#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/status.pb.h"

namespace modelservice {
namespace {

constexpr char kErrorInfo[] = "type.googleapis.com/google.rpc.ErrorInfo";

template <class Detail>
bool ReadDetail(const absl::Status& status, const char* type, Detail* detail) {
  const auto bytes = status.GetPayload(type);
  return bytes.has_value() && detail->ParseFromString(std::string(*bytes));
}

}  // namespace

std::vector<Violation> ViolationsAt(PathOfField path,
                                    const absl::Status& status) {
  std::vector<Violation> violations = ViolationsOf(status);
  for (Violation& violation : violations) {
    violation.field = path(violation.field);
  }
  return violations;
}

absl::Status FaultAt(PathOfField path, const absl::Status& status) {
  const std::vector<Violation> violations = ViolationsAt(path, status);
  const std::string message =
      violations.empty()
          ? absl::StrCat(path(""), ": ", status.message())
          : absl::StrJoin(violations, " ",
                          [](std::string* out, const Violation& violation) {
                            absl::StrAppend(out, violation.field, ": ",
                                            violation.description);
                          });
  absl::Status at(status.code(), message);
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& bytes) {
    at.SetPayload(type, bytes);
  });
  if (!violations.empty()) AddBadRequest(&at, violations);
  return at;
}

void AddMetadata(absl::Status* status, absl::string_view name,
                 absl::string_view value) {
  ErrorInfo info;
  if (!ReadDetail(*status, kErrorInfo, &info)) {
    AddErrorInfo(status, absl::StatusCodeToString(status->code()),
                 {{name, value}});
    return;
  }
  (*info.mutable_metadata())[std::string(name)] = std::string(value);
  status->SetPayload(kErrorInfo, absl::Cord(info.SerializeAsString()));
}

}  // namespace modelservice
