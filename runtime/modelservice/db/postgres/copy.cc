#include "modelservice/db/postgres/copy.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/conversion.h"
#include "modelservice/db/postgres/copy_text.h"
#include "modelservice/db/postgres/errors.h"
#include "modelservice/sql/dialect.h"

namespace modelservice::postgres {
namespace {

// How much is handed to libpq at a time, between two looks at the limits.
constexpr size_t kPiece = 64 << 10;

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
  return sql + ") FROM STDIN";
}

absl::Status CopyData::Add(Row row) {
  if (row.size() != types_.size()) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat(row.size(), " values for ", types_.size(), " columns"));
  }
  ++rows_;
  for (size_t i = 0; i < types_.size(); ++i) {
    if (i > 0) text_.push_back('\t');
    if (!AppendCopyText(row[i], types_[i], &text_)) {
      return DoesNotFit(row[i], types_[i],
                        absl::StrCat("row ", rows_, ", value ", i + 1));
    }
  }
  text_.push_back('\n');
  return absl::OkStatus();
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
