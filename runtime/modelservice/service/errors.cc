#include "modelservice/errors.h"

#include <grpcpp/support/status.h>

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/db/error.h"
#include "modelservice/log.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/rows.h"
#include "modelservice/service/unique_fault.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

// What a database error speaks of, in a client's terms: the message's name and,
// of the columns, the fields. Where `table` is not the table it means, the
// columns as the database names them.
struct Subject {
  std::string name;
  std::vector<std::string> fields;
  // All of them as positions in the table's columns; empty where one is none.
  std::vector<int> columns;
};

Subject SubjectOf(const Table* table, const DatabaseError& error) {
  const bool known =
      table != nullptr && (error.table.empty() || error.table == table->name);
  // A table's name is the database's affair.
  if (!known) return {"row", error.columns, {}};
  Subject subject{std::string(table->message), {}, {}};
  for (const std::string& name : error.columns) {
    const auto column = std::find_if(
        table->columns.begin(), table->columns.end(),
        [&](const Column& c) { return absl::EqualsIgnoreCase(c.name, name); });
    subject.fields.push_back(
        column == table->columns.end() ? name : std::string(column->field));
    if (column != table->columns.end()) {
      subject.columns.push_back(
          static_cast<int>(column - table->columns.begin()));
    }
  }
  if (subject.columns.size() != subject.fields.size()) subject.columns.clear();
  return subject;
}

// Of a key that no client gives. Rows that came with keys of their own, as
// those of a dump do, leave a sequence behind.
absl::Status NumberedTwice(const Table& table, const Column& key) {
  std::string name;
  PostgresDialect().AppendTable(table.schema, table.name, &name);
  return absl::InternalError(
      absl::StrCat("the next number that the database had for ", table.message,
                   ".", key.field,
                   " is another row's; PostgreSQL goes on behind them after "
                   "SELECT setval(pg_get_serial_sequence('",
                   name, "', '", key.name, "'), (SELECT max(\"", key.name,
                   "\") FROM ", name, "))"));
}

absl::Status AlreadyThere(const Subject& subject, const Table* table) {
  if (subject.columns.size() == 1) {
    const Column& column =
        table->columns[static_cast<size_t>(subject.columns[0])];
    if (column.auto_increment) return NumberedTwice(*table, column);
  }
  if (!subject.columns.empty()) {
    return AlreadyExists(subject.name, UniqueFault(*table, subject.columns));
  }
  // Of a table that is none of the model's, or a key that nobody names.
  const std::string message = absl::StrCat(
      absl::AsciiStrToLower(subject.name), " with this ",
      subject.fields.empty() ? "key" : absl::StrJoin(subject.fields, ", "),
      " already exists.");
  std::vector<Violation> violations;
  for (const std::string& field : subject.fields) {
    violations.push_back({field, message});
  }
  if (!violations.empty()) return AlreadyExists(subject.name, violations);
  absl::Status status = ErrorWithReason(absl::StatusCode::kAlreadyExists,
                                        message, "ALREADY_EXISTS");
  AddResourceInfo(&status, subject.name, "", message);
  return status;
}

// Of a table, whose row it is about, or of one field's type, a domain.
absl::Status CheckFailed(const Subject& subject,
                         const std::string& constraint) {
  return InvalidArgument({{absl::StrJoin(subject.fields, ", "),
                           "These values do not meet a rule of the database.",
                           "CHECK",
                           {{"constraint", constraint}}}});
}

absl::Status NotNullFailed(const Subject& subject,
                           const std::string& constraint) {
  if (subject.fields.empty()) return CheckFailed(subject, constraint);
  std::vector<Violation> violations;
  for (const std::string& field : subject.fields) {
    violations.push_back({field, "This field may not be null."});
  }
  return InvalidArgument(violations);
}

// Whether the column is of a foreign key.
bool IsReferring(const Table& table, int column) {
  return table.columns[static_cast<size_t>(column)].reference != nullptr ||
         std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(),
                     [&](const ForeignKey& key) {
                       return std::find(key.columns.begin(), key.columns.end(),
                                        column) != key.columns.end();
                     });
}

absl::Status ForeignKeyFailed(const Subject& subject, const Table* table,
                              WriteKind kind) {
  if (kind == WriteKind::kDelete) {
    // The row of `table`; the error may name the other rows' own.
    return ErrorWithReason(
        absl::StatusCode::kFailedPrecondition,
        absl::StrCat(table != nullptr ? table->message : subject.name,
                     " cannot be deleted: other rows refer to it."),
        "FOREIGN_KEY");
  }
  std::vector<Violation> violations;
  for (const std::string& field : subject.fields) {
    violations.push_back(NoSuchKey(field, Value()));
  }
  if (violations.empty()) {
    std::vector<absl::string_view> fields;
    // SQLite does not say which key it was: all that it may have been.
    for (size_t i = 0; table != nullptr && i < table->columns.size(); ++i) {
      if (IsReferring(*table, static_cast<int>(i))) {
        fields.push_back(table->columns[i].field);
      }
    }
    violations.push_back(NoSuchKey(absl::StrJoin(fields, ", "), Value()));
  }
  return InvalidArgument(violations);
}

// What a client may try again, after `delay`. Not where the call has done what
// cannot be undone: then it is ABORTED, which no client tries again by itself.
absl::Status Retryable(const absl::Status& fault, absl::StatusCode code,
                       absl::string_view message, absl::string_view advice,
                       absl::string_view reason, absl::Duration delay) {
  if (IsNotAgain(fault)) {
    return ErrorWithReason(
        absl::StatusCode::kAborted,
        absl::StrCat(message,
                     ". The call may have done what is not to be done twice: "
                     "look before you try again."),
        reason);
  }
  absl::Status status = ErrorWithReason(
      code, absl::StrCat(message, advice.empty() ? "." : "; ", advice), reason);
  AddRetryInfo(&status, delay);
  return status;
}

// What every call meets until somebody mends it. None hides another.
struct OutageLogs {
  SeldomLog unreachable;
  SeldomLog read_only;
  SeldomLog full;
};

void LogOutage(SeldomLog OutageLogs::*log, const absl::Status& status) {
  static OutageLogs& logs = *new OutageLogs();
  (logs.*log).Log(Severity::kError,
                  absl::StrCat("database: ", status.message()));
}

std::string NewErrorId() {
  thread_local std::mt19937_64 random{std::random_device()()};
  return absl::StrFormat("%016x", random());
}

}  // namespace

Violation NoSuchKey(absl::string_view field, Value key) {
  if (key.is_null()) {
    return {std::string(field), "Invalid key - object does not exist."};
  }
  return {std::string(field), absl::StrCat("Invalid pk \"", KeyText(key),
                                           "\" - object does not exist.")};
}

absl::Status NotFound(const Table& table, absl::Span<const Value> key) {
  absl::Status status = RowNotFound(table, key);
  std::string name(status.message());
  // "Customer: 99 not found!" -> "99"
  const size_t start = table.message.size() + 2;
  name = name.substr(start, name.size() - start - 11);
  AddResourceInfo(&status, table.message, name, status.message());
  AddErrorInfo(&status, "NOT_FOUND");
  return status;
}

absl::Status NotAuthenticated() {
  return ErrorWithReason(absl::StatusCode::kUnauthenticated,
                         "Authentication credentials were not provided.",
                         "NOT_AUTHENTICATED");
}

absl::Status PermissionDenied(absl::string_view message,
                              absl::string_view reason) {
  return ErrorWithReason(
      absl::StatusCode::kPermissionDenied,
      message.empty() ? "You do not have permission to perform this action."
                      : message,
      reason);
}

absl::Status TranslateDatabaseError(const absl::Status& status,
                                    const Table* table, WriteKind kind) {
  const auto error = GetDatabaseError(status);
  if (!error.has_value()) return status;
  const Subject subject = SubjectOf(table, *error);
  using Kind = DatabaseError::Kind;
  switch (error->kind) {
    case Kind::kUnique:
      return AlreadyThere(subject, table);
    case Kind::kForeignKey:
      return ForeignKeyFailed(subject, table, kind);
    case Kind::kNotNull:
      return NotNullFailed(subject, error->constraint);
    case Kind::kCheck:
      return CheckFailed(subject, error->constraint);
    case Kind::kValue:
      return InvalidArgument(
          {{absl::StrJoin(subject.fields, ", "), "Enter a valid value."}});
    case Kind::kBusy:
    case Kind::kSerialization:
      return Retryable(status, absl::StatusCode::kAborted,
                       "The database is busy with another write", "try again.",
                       "DATABASE_BUSY", absl::Milliseconds(100));
    case Kind::kTooLong:
      return Retryable(status, absl::StatusCode::kAborted,
                       "The call's transaction took longer than it may "
                       "(max_write_time)",
                       "", "TRANSACTION_TOO_LONG", absl::Milliseconds(100));
    case Kind::kTimeout:
      return ErrorWithReason(
          absl::StatusCode::kDeadlineExceeded,
          "The deadline passed before the database was done.",
          "DEADLINE_EXCEEDED");
    case Kind::kCancelled:
      return ErrorWithReason(absl::StatusCode::kCancelled,
                             "The call was cancelled.", "CANCELLED");
    case Kind::kConnection:
    case Kind::kReadOnly:
      LogOutage(error->kind == Kind::kReadOnly ? &OutageLogs::read_only
                                               : &OutageLogs::unreachable,
                status);
      return Retryable(status, absl::StatusCode::kUnavailable,
                       "The database cannot be reached", "try again later.",
                       "DATABASE_UNAVAILABLE", absl::Seconds(1));
    case Kind::kFull:
      LogOutage(&OutageLogs::full, status);
      // No caller has used it up: not RESOURCE_EXHAUSTED, which limits say.
      return Retryable(status, absl::StatusCode::kUnavailable,
                       "The database has no space left", "try again later.",
                       "DATABASE_FULL", absl::Seconds(10));
    case Kind::kCorrupt:
    case Kind::kSchema:
    case Kind::kSyntax:
    case Kind::kOther:
      break;
  }
  return absl::InternalError(absl::StrCat("database: ", status.message()));
}

namespace {

// "shop.Customers" of "/shop.Customers/Create".
absl::string_view ServiceOf(absl::string_view method) {
  const size_t end = method.rfind('/');
  if (!absl::ConsumePrefix(&method, "/") || end == 0) return "";
  return method.substr(0, end - 1);
}

}  // namespace

absl::Status ForClient(const absl::Status& status, absl::string_view method) {
  if (status.ok()) return status;
  absl::Status told = status;
  if (status.code() == absl::StatusCode::kInternal ||
      status.code() == absl::StatusCode::kUnknown ||
      status.code() == absl::StatusCode::kDataLoss) {
    const std::string id = NewErrorId();
    Log(Severity::kError,
        absl::StrCat(method, " failed, error id ", id, ": ", status.message()));
    const auto unreadable = status.GetPayload(kUnreadable);
    told = absl::InternalError(absl::StrCat(
        "Internal error ", id,
        unreadable.has_value() ? absl::StrCat(": ", std::string(*unreadable))
                               : std::string(".")));
    AddErrorInfo(&told, "INTERNAL", {{"error_id", id}});
  } else if (!HasErrorInfo(told)) {
    AddErrorInfo(&told, absl::StatusCodeToString(told.code()));
  }
  const absl::string_view service = ServiceOf(method);
  if (!service.empty()) SetErrorDomain(&told, service);
  return told;
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const SentStatus sent = ForTrailers(status);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      sent.message, sent.details);
}

}  // namespace modelservice
