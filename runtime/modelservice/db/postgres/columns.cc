#include "modelservice/db/postgres/columns.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/postgres/binary_form.h"

namespace modelservice::postgres {
namespace {

// False for what is rarer: other forms, and what has no bytes, NULL among it.
bool ReadCommon(Form form, absl::string_view bytes, Value* value) {
  switch (form) {
    case Form::kOther:
      break;
    case Form::kBool:
      return ReadBool(bytes, value);
    case Form::kInt4:
      return ReadInteger<int32_t>(bytes, value);
    case Form::kInt8:
      return ReadInteger<int64_t>(bytes, value);
    case Form::kFloat8:
      return ReadReal<double, uint64_t>(bytes, value);
    case Form::kText:
      *value = Value::Text(bytes);
      return !bytes.empty();
    case Form::kTime:
      return ReadTime(bytes, value);
  }
  return false;
}

}  // namespace

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
    if (format == 1) {
      columns_.push_back({type, FormOf(type), BinaryDecoder(type)});
    } else {
      columns_.push_back({type, Form::kOther, TextDecoder(type)});
    }
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
    int place = 0;
    if (!ReadRow(result, row, *actual, &place)) {
      return MakeDatabaseError(
          DatabaseError::Kind::kOther,
          absl::StrCat("cannot read column \"", PQfname(result, place),
                       "\" of the type with the OID ", PQftype(result, place)));
    }
    absl::Status status = NoThrow([&] { return sink.OnRow(values_); });
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

bool RowReader::ReadRow(const PGresult* result, int row, const Columns& columns,
                        int* place) {
  const int count = static_cast<int>(columns.columns_.size());
  const Columns::Column* how = columns.columns_.data();
  Value* value = values_.data();
  std::string* space = spaces_.data();
  for (int i = 0; i < count; ++i, ++how, ++value, ++space) {
    const char* const data = PQgetvalue(result, row, i);
    const int size = PQgetlength(result, row, i);
    const absl::string_view bytes(data, static_cast<size_t>(size));
    if (ReadCommon(how->form, bytes, value)) continue;
    if (size == 0 && PQgetisnull(result, row, i) != 0) {
      *value = Value::Null();
      continue;
    }
    if (how->decode != nullptr && how->decode(how->type, bytes, space, value)) {
      continue;
    }
    *place = i;
    return false;
  }
  return true;
}

}  // namespace modelservice::postgres
