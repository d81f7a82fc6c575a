#include "modelservice/db/error.h"

#include <string>
#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

using Kind = DatabaseError::Kind;

constexpr absl::string_view kPayload = "modelservice.DatabaseError";
constexpr absl::string_view kNotAgain = "modelservice.NotAgain";

absl::StatusCode CodeOf(Kind kind) {
  switch (kind) {
    case Kind::kUnique:
      return absl::StatusCode::kAlreadyExists;
    case Kind::kForeignKey:
    case Kind::kNotNull:
    case Kind::kCheck:
    case Kind::kValue:
      return absl::StatusCode::kFailedPrecondition;
    case Kind::kBusy:
    case Kind::kSerialization:
    case Kind::kTooLong:
      return absl::StatusCode::kAborted;
    case Kind::kConnection:
    case Kind::kReadOnly:
    case Kind::kFull:
      return absl::StatusCode::kUnavailable;
    case Kind::kTimeout:
      return absl::StatusCode::kDeadlineExceeded;
    case Kind::kCancelled:
      return absl::StatusCode::kCancelled;
    case Kind::kCorrupt:
      return absl::StatusCode::kDataLoss;
    case Kind::kSchema:
    case Kind::kSyntax:
    case Kind::kOther:
      return absl::StatusCode::kInternal;
  }
  return absl::StatusCode::kInternal;
}

// The payload is a list of texts, each as "<length>:<text>", for names may hold
// any character: kind, table, constraint; row, offset and parameter, each or
// none; columns.
void AppendText(absl::string_view text, std::string* out) {
  absl::StrAppend(out, text.size(), ":", text);
}

void AppendNumber(std::optional<size_t> number, std::string* out) {
  AppendText(number.has_value() ? absl::StrCat(*number) : "", out);
}

bool TakeText(absl::string_view* in, std::string* text) {
  const size_t colon = in->find(':');
  size_t size = 0;
  if (colon == absl::string_view::npos ||
      !absl::SimpleAtoi(in->substr(0, colon), &size) ||
      in->size() - colon - 1 < size) {
    return false;
  }
  text->assign(in->data() + colon + 1, size);
  in->remove_prefix(colon + 1 + size);
  return true;
}

bool TakeNumber(absl::string_view* in, std::optional<size_t>* number) {
  std::string text;
  if (!TakeText(in, &text)) return false;
  size_t value = 0;
  if (absl::SimpleAtoi(text, &value)) *number = value;
  return true;
}

}  // namespace

absl::Status MakeDatabaseError(const DatabaseError& error,
                               absl::string_view driver_text) {
  std::string payload;
  AppendText(absl::StrCat(static_cast<int>(error.kind)), &payload);
  AppendText(error.table, &payload);
  AppendText(error.constraint, &payload);
  AppendNumber(error.row, &payload);
  AppendNumber(error.offset, &payload);
  AppendNumber(error.parameter, &payload);
  for (const std::string& column : error.columns) AppendText(column, &payload);

  absl::Status status(CodeOf(error.kind), driver_text);
  status.SetPayload(kPayload, absl::Cord(payload));
  return status;
}

absl::Status MakeDatabaseError(Kind kind, absl::string_view driver_text) {
  DatabaseError error;
  error.kind = kind;
  return MakeDatabaseError(error, driver_text);
}

void MarkNotAgain(absl::Status* status) {
  if (!status->ok()) status->SetPayload(kNotAgain, absl::Cord());
}

bool IsNotAgain(const absl::Status& status) {
  return status.GetPayload(kNotAgain).has_value();
}

std::optional<DatabaseError> GetDatabaseError(const absl::Status& status) {
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return std::nullopt;
  const std::string bytes(*payload);
  absl::string_view rest = bytes;

  DatabaseError error;
  std::string kind;
  int number = 0;
  if (!TakeText(&rest, &kind) || !absl::SimpleAtoi(kind, &number) ||
      number < 0 || number > static_cast<int>(Kind::kOther) ||
      !TakeText(&rest, &error.table) || !TakeText(&rest, &error.constraint) ||
      !TakeNumber(&rest, &error.row) || !TakeNumber(&rest, &error.offset) ||
      !TakeNumber(&rest, &error.parameter)) {
    return std::nullopt;
  }
  error.kind = static_cast<Kind>(number);
  for (std::string column; !rest.empty();) {
    if (!TakeText(&rest, &column)) return std::nullopt;
    error.columns.push_back(column);
  }
  return error;
}

bool HasKind(const absl::Status& status, Kind kind) {
  const auto error = GetDatabaseError(status);
  return error.has_value() && error->kind == kind;
}

bool IsOfOneRow(const absl::Status& status) {
  const auto error = GetDatabaseError(status);
  if (!error.has_value()) return false;
  switch (error->kind) {
    case Kind::kUnique:
    case Kind::kForeignKey:
    case Kind::kNotNull:
    case Kind::kCheck:
    case Kind::kValue:
      return true;
    default:
      return false;
  }
}

absl::Status OfRow(const absl::Status& status, size_t row) {
  if (!IsOfOneRow(status)) return status;
  auto error = GetDatabaseError(status);
  error->row = row;
  absl::Status named = MakeDatabaseError(
      *error, absl::StrCat("[", row, "]: ", status.message()));
  if (IsNotAgain(status)) MarkNotAgain(&named);
  return named;
}

}  // namespace modelservice
