// PostgresTransaction::InsertRows.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/db/postgres/copy.h"
#include "modelservice/db/postgres/transaction.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice::postgres {
namespace {

// What one COPY takes. Rows are collected first: while a COPY runs, its
// connection can do nothing else, and the next row may be long in coming.
constexpr size_t kCopyBytes = 1 << 20;

// Adds rows until there are enough; false after the last one.
absl::StatusOr<bool> Collect(RowSource& rows, CopyData& data) {
  while (data.text().size() < kCopyBytes) {
    const absl::StatusOr<std::optional<Row>> row = rows.Next();
    if (!row.ok()) return row.status();
    if (!row->has_value()) return false;
    absl::Status status = data.Add(**row);
    if (!status.ok()) return status;
  }
  return true;
}

}  // namespace

absl::StatusOr<int64_t> PostgresTransaction::InsertRows(
    const Table& table, absl::Span<const int> columns, RowSource& rows) {
  // COPY without a column would be one of all; a write is refused by Execute.
  if (read_only_ || columns.empty()) {
    return Transaction::InsertRows(table, columns, rows);
  }
  absl::StatusOr<std::vector<Oid>> types = TypesOf(table, columns);
  if (!types.ok()) return types.status();
  return CopyRows(CopySql(table, columns), *std::move(types), rows);
}

absl::StatusOr<std::vector<Oid>> PostgresTransaction::TypesOf(
    const Table& table, absl::Span<const int> columns) {
  const Statement insert = Write(
      InsertInto(table, columns, Returning::kNothing), database_.dialect());
  std::vector<Oid> types;
  absl::Status status = Guarded([&](absl::string_view ahead) -> absl::Status {
    absl::Status sent = Send(ahead);
    if (!sent.ok()) return sent;
    const absl::StatusOr<PreparedStatement*> prepared =
        connection_.FindOrPrepare(insert.text, &limits_);
    if (!prepared.ok()) return prepared.status();
    types = (*prepared)->parameters;
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return types;
}

absl::StatusOr<int64_t> PostgresTransaction::CopyRows(const std::string& sql,
                                                      std::vector<Oid> types,
                                                      RowSource& rows) {
  int64_t count = 0;
  absl::Status status = Savepoint([&](Transaction&) -> absl::Status {
    CopyData data(std::move(types));
    absl::StatusOr<bool> more = true;
    while (*more) {
      data.Clear();
      more = Collect(rows, data);
      if (!more.ok()) return more.status();
      if (data.text().empty()) break;
      absl::Status copied = Guarded([&](absl::string_view ahead) {
        absl::Status sent = Send(ahead);
        if (!sent.ok()) return sent;
        return RunCopy(connection_, sql, data.text(), &limits_);
      });
      if (!copied.ok()) return copied;
    }
    count = data.rows();
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return count;
}

}  // namespace modelservice::postgres
