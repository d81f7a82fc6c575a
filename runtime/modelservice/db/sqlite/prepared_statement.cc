#include "modelservice/db/sqlite/prepared_statement.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/sqlite/list_table.h"

namespace modelservice::sqlite {
namespace {

// What BindOne answers, besides SQLite's codes, for what has no form in SQLite.
constexpr int kUnstorable = -1;

absl::string_view Bytes(sqlite3_value* value, const void* data) {
  return absl::string_view(static_cast<const char*>(data),
                           static_cast<size_t>(sqlite3_value_bytes(value)));
}

// Into its place: a value that is handed back goes through registers.
void Read(sqlite3_value* value, Value* to) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      *to = Value::Integer(sqlite3_value_int64(value));
      return;
    case SQLITE_FLOAT:
      *to = Value::Real(sqlite3_value_double(value));
      return;
    case SQLITE_TEXT: {
      // First the text, then its size: the first may convert it to UTF-8.
      const void* text = sqlite3_value_text(value);
      *to = Value::Text(Bytes(value, text));
      return;
    }
    case SQLITE_BLOB: {
      const void* blob = sqlite3_value_blob(value);
      *to = Value::Blob(Bytes(value, blob));
      return;
    }
    default:
      *to = Value::Null();
  }
}

absl::string_view Reason(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kInvalid:
      return value.text();
    case Value::Kind::kTimestamp:
      return "the year of a time must be from 1 to 9999";
    default:
      return "";
  }
}

}  // namespace

PreparedStatement::PreparedStatement(absl::string_view text,
                                     sqlite3_stmt* statement)
    : text_(text),
      statement_(statement),
      read_only_(sqlite3_stmt_readonly(statement) != 0),
      returns_rows_(sqlite3_column_count(statement) > 0),
      parameter_count_(
          static_cast<size_t>(sqlite3_bind_parameter_count(statement))) {}

absl::Status PreparedStatement::Bind(absl::Span<const Value> parameters) {
  if (parameters.size() != parameter_count_) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat(parameters.size(), " parameters for ", parameter_count_,
                     " placeholders in: ", text_));
  }
  int i = 0;
  for (const Value& value : parameters) {
    const int code = BindOne(++i, value);
    if (code == SQLITE_OK) continue;
    if (code == kUnstorable) {
      return absl::InvalidArgumentError(
          absl::StrCat("parameter ", i, ": ", Reason(value)));
    }
    return MakeDatabaseError(
        code == SQLITE_TOOBIG ? DatabaseError::Kind::kCheck
                              : DatabaseError::Kind::kOther,
        absl::StrCat("parameter ", i, ": ", sqlite3_errstr(code)));
  }
  return absl::OkStatus();
}

// Nothing is copied: text and blobs are read where they lie. A null pointer
// would be NULL to SQLite, so what is empty gets another one.
int PreparedStatement::BindOne(int position, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return sqlite3_bind_null(statement_, position);
    case Value::Kind::kInteger:
      return sqlite3_bind_int64(statement_, position, value.integer());
    case Value::Kind::kReal:
      // SQLite has no NaN and would store NULL; a column of any affinity keeps
      // this text as it is.
      if (std::isnan(value.real())) {
        return sqlite3_bind_text64(statement_, position, "NaN", 3,
                                   SQLITE_STATIC, SQLITE_UTF8);
      }
      return sqlite3_bind_double(statement_, position, value.real());
    case Value::Kind::kText: {
      const absl::string_view text = value.text();
      return sqlite3_bind_text64(statement_, position,
                                 text.empty() ? "" : text.data(), text.size(),
                                 SQLITE_STATIC, SQLITE_UTF8);
    }
    case Value::Kind::kBlob: {
      const absl::string_view blob = value.text();
      return sqlite3_bind_blob64(statement_, position,
                                 blob.empty() ? "" : blob.data(), blob.size(),
                                 SQLITE_STATIC);
    }
    case Value::Kind::kTimestamp: {
      if (timestamps_.empty()) {
        timestamps_.resize(parameter_count_);
      }
      TimestampText& text = timestamps_[static_cast<size_t>(position) - 1];
      const size_t size = WriteTimestamp(value.seconds(), value.nanos(), &text);
      if (size == 0) return kUnstorable;
      return sqlite3_bind_text64(statement_, position, text.data(), size,
                                 SQLITE_STATIC, SQLITE_UTF8);
    }
    case Value::Kind::kList:
      return BindList(statement_, position, value);
    case Value::Kind::kInvalid:
      return kUnstorable;
  }
  return kUnstorable;
}

Row PreparedStatement::row() {
  const int count = sqlite3_data_count(statement_);
  // SQLite prepares a statement anew when the schema has changed, and `*` may
  // then stand for more columns.
  row_.resize(static_cast<size_t>(count));
  Value* next = row_.data();
  for (int i = 0; i < count; ++i) {
    Read(sqlite3_column_value(statement_, i), next++);
  }
  return row_;
}

}  // namespace modelservice::sqlite
