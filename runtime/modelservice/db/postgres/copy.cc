#include "modelservice/db/postgres/copy.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/big_endian.h"
#include "modelservice/db/postgres/errors.h"
#include "modelservice/db/postgres/oids.h"
#include "modelservice/sql/dialect.h"

namespace modelservice::postgres {
namespace {

// The signature, then no flags and no extension.
constexpr char kHeader[] =
    "PGCOPY\n\377\r\n\0"
    "\0\0\0\0"
    "\0\0\0\0";
constexpr size_t kHeaderSize = sizeof(kHeader) - 1;
static_assert(kHeaderSize == 19);

// How much is handed to libpq at a time, between two looks at the limits.
constexpr size_t kPiece = 64 << 10;

bool HasBinaryForm(Oid type) {
  switch (type) {
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
    case kFloat4:
    case kFloat8:
    case kText:
    case kVarchar:
    case kBpchar:
    case kName:
    case kJson:
    case kJsonb:
    case kBytea:
    case kUuid:
    case kTimestamp:
    case kTimestamptz:
    case kInterval:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string CopySql(const Table& table, absl::Span<const int> columns) {
  std::string sql = "COPY ";
  PostgresDialect().AppendTable(table.schema, table.name, &sql);
  absl::string_view separator = " (";
  for (const int column : columns) {
    sql.append(separator.data(), separator.size());
    AppendIdentifier(table.columns[static_cast<size_t>(column)].name, &sql);
    separator = ", ";
  }
  return sql + ") FROM STDIN (FORMAT BINARY)";
}

bool CanCopy(absl::Span<const Oid> types) {
  return std::all_of(types.begin(), types.end(), HasBinaryForm);
}

CopyData::CopyData(std::vector<Oid> types) : types_(std::move(types)) {
  Clear();
}

void CopyData::Clear() {
  bytes_.assign(kHeader, kHeaderSize);
  rows_ = 0;
}

void CopyData::AddNumber(uint32_t number, int size) {
  char bytes[4];
  StoreBig(number, bytes);
  bytes_.append(bytes + 4 - size, static_cast<size_t>(size));
}

absl::Status CopyData::Add(Row row) {
  absl::Status status = parameters_.Encode(row, types_);
  if (!status.ok()) return status;
  const size_t start = bytes_.size();
  AddNumber(static_cast<uint32_t>(types_.size()), 2);
  for (size_t i = 0; i < types_.size(); ++i) {
    const char* const data = parameters_.data()[i];
    if (data == nullptr) {
      AddNumber(0xffffffff, 4);
      continue;
    }
    if (parameters_.formats()[i] == 1) {
      const auto size = static_cast<uint32_t>(parameters_.sizes()[i]);
      AddNumber(size, 4);
      bytes_.append(data, size);
      continue;
    }
    if (types_[i] != kJsonb) {
      bytes_.resize(start);
      return MakeDatabaseError(
          DatabaseError::Kind::kValue,
          absl::StrCat("value ", i + 1, " of row ", rows_ + 1,
                       " does not fit the type with the OID ", types_[i]));
    }
    // The version of the form, then text.
    const size_t size = std::strlen(data);
    AddNumber(static_cast<uint32_t>(size + 1), 4);
    bytes_.push_back(1);
    bytes_.append(data, size);
  }
  ++rows_;
  return absl::OkStatus();
}

absl::string_view CopyData::Finish() {
  AddNumber(0xffff, 2);
  return bytes_;
}

namespace {

absl::Status Put(Connection& connection, absl::string_view data,
                 const CallLimits* limits) {
  PGconn* const handle = connection.handle();
  while (!data.empty()) {
    absl::Status status = CheckLimits(limits);
    if (!status.ok()) return status;
    const absl::string_view piece = data.substr(0, kPiece);
    const int put =
        PQputCopyData(handle, piece.data(), static_cast<int>(piece.size()));
    if (put < 0) return ConnectionError(handle);
    if (put > 0) data.remove_prefix(piece.size());
    status = connection.Flush(limits);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RunCopy(Connection& connection, const std::string& sql,
                     absl::string_view data, const CallLimits* limits) {
  PGconn* const handle = connection.handle();
  if (PQsendQuery(handle, sql.c_str()) == 0) {
    connection.GiveUp();
    return ConnectionError(handle);
  }
  absl::Status status = connection.Flush(limits);
  if (!status.ok()) return status;
  bool cancelled = false;
  absl::Status error;
  while (true) {
    const absl::StatusOr<Result> result = connection.NextResult(limits);
    if (!result.ok()) return result.status();
    if (*result == nullptr) break;
    switch (PQresultStatus(result->get())) {
      case PGRES_COMMAND_OK:
        break;
      case PGRES_COPY_IN: {
        status = Put(connection, data, limits);
        if (connection.lost()) return status;
        // With a text, the server is told to fail.
        const char* const why = status.ok() ? nullptr : "the call has ended";
        if (PQputCopyEnd(handle, why) < 0) {
          connection.GiveUp();
          return ConnectionError(handle);
        }
        absl::Status flushed = connection.Flush(limits);
        if (!flushed.ok()) return flushed;
        break;
      }
      default:
        error = ErrorOf(result->get());
        cancelled = IsCancelled(FieldsOf(result->get()));
        break;
    }
  }
  absl::Status gave_up = connection.EndOfResults();
  if (!status.ok()) return status;
  return cancelled && !gave_up.ok() ? gave_up : error;
}

}  // namespace modelservice::postgres
