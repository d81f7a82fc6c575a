#include "modelservice/service/fault_path.h"

#include <algorithm>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/db/error.h"
#include "modelservice/errors.h"
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

absl::Status FaultOfNested(const Model& model, absl::string_view path,
                           bool has_fields, const absl::Status& fault) {
  const absl::Status told =
      IsOfOneRow(fault)
          ? TranslateDatabaseError(fault, model.table, WriteKind::kSave)
          : fault;
  if (ViolationsOf(told).empty()) return told;
  return FaultAt(
      [&](absl::string_view field) {
        return has_fields ? absl::StrCat(path, ".", field) : std::string(path);
      },
      told);
}

absl::Status WithFaults(const absl::Status& status,
                        std::vector<Violation> others) {
  std::vector<Violation> faults = ViolationsOf(status);
  const size_t known = faults.size();
  for (Violation& other : others) {
    const bool is_new =
        std::none_of(faults.begin(), faults.end(), [&](const auto& fault) {
          return fault.field == other.field &&
                 fault.description == other.description;
        });
    if (is_new) faults.push_back(std::move(other));
  }
  return faults.size() == known ? status : InvalidArgument(faults);
}

}  // namespace modelservice
