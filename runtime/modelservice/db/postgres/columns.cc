#include "modelservice/db/postgres/columns.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"

namespace modelservice::postgres {

Columns::Columns(const PGresult* described) : Columns(described, 1) {
  for (const Column& column : columns_) {
    if (column.decode != nullptr) continue;
    *this = Columns(described, 0);
    return;
  }
}

Columns::Columns(const PGresult* result, int format) : format_(format) {
  const int count = PQnfields(result);
  columns_.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const Oid type = PQftype(result, i);
    columns_.push_back(
        {type, format == 1 ? BinaryDecoder(type) : TextDecoder(type)});
  }
}

bool Columns::Describe(const PGresult* result) const {
  const int count = PQnfields(result);
  if (static_cast<size_t>(count) != columns_.size()) return false;
  for (int i = 0; i < count; ++i) {
    if (PQftype(result, i) != columns_[static_cast<size_t>(i)].type ||
        PQfformat(result, i) != format_) {
      return false;
    }
  }
  return true;
}

absl::Status RowReader::GiveRows(const PGresult* result, const Columns& columns,
                                 RowSink& sink) {
  const int rows = PQntuples(result);
  if (rows == 0) return absl::OkStatus();
  // A statement that is not kept prepared meets changes of the schema.
  Columns changed;
  const Columns* actual = &columns;
  if (!columns.Describe(result)) {
    changed = Columns(result, PQfformat(result, 0));
    actual = &changed;
  }
  const size_t count = actual->columns_.size();
  values_.resize(count);
  if (spaces_.size() < count) spaces_.resize(count);
  for (int row = 0; row < rows; ++row) {
    absl::Status status = ReadRow(result, row, *actual);
    if (status.ok()) status = NoThrow([&] { return sink.OnRow(values_); });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RowReader::ReadRow(const PGresult* result, int row,
                                const Columns& columns) {
  for (size_t i = 0; i < values_.size(); ++i) {
    const int column = static_cast<int>(i);
    if (PQgetisnull(result, row, column) != 0) {
      values_[i] = Value::Null();
      continue;
    }
    const Columns::Column& how = columns.columns_[i];
    const absl::string_view bytes(
        PQgetvalue(result, row, column),
        static_cast<size_t>(PQgetlength(result, row, column)));
    if (how.decode == nullptr ||
        !how.decode(how.type, bytes, &spaces_[i], &values_[i])) {
      return MakeDatabaseError(
          DatabaseError::Kind::kOther,
          absl::StrCat("cannot read column \"", PQfname(result, column),
                       "\" of the type with the OID ", how.type));
    }
  }
  return absl::OkStatus();
}

}  // namespace modelservice::postgres
