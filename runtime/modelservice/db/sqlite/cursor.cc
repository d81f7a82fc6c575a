#include "modelservice/db/sqlite/cursor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"

namespace modelservice::sqlite {

absl::StatusOr<std::unique_ptr<Cursor>> LiveCursor::Open(
    std::shared_ptr<ConnectionPool> pool, Statement statement,
    const CallLimits* limits) {
  absl::Status status = CheckLimits(limits);
  if (!status.ok()) return status;
  absl::StatusOr<ConnectionPool::Lease> connection = pool->Take(limits);
  if (!connection.ok()) return connection.status();
  std::unique_ptr<LiveCursor> cursor(new LiveCursor(
      std::move(pool), *std::move(connection), std::move(statement), limits));
  status = cursor->Start();
  if (!status.ok()) return status;
  return cursor;
}

LiveCursor::LiveCursor(std::shared_ptr<ConnectionPool> pool,
                       ConnectionPool::Lease connection, Statement statement,
                       const CallLimits* limits)
    : pool_(std::move(pool)),
      statement_(std::move(statement)),
      limits_(limits),
      connection_(std::move(connection)) {}

absl::Status LiveCursor::Start() {
  absl::StatusOr<StatementCache::Lease> prepared =
      connection_->Prepare(statement_.text);
  if (!prepared.ok()) return prepared.status();
  prepared_ = *std::move(prepared);
  if (!prepared_->read_only()) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("a cursor cannot write: ", statement_.text));
  }
  absl::Status status = prepared_->Bind(statement_.parameters);
  return status.ok() ? Step() : status;
}

absl::Status LiveCursor::Step() {
  const Connection::LimitsScope scope(*connection_, limits_);
  const int code = prepared_->Step();
  on_row_ = code == SQLITE_ROW;
  return on_row_ || code == SQLITE_DONE ? absl::OkStatus()
                                        : connection_->Error(code);
}

void LiveCursor::Fetch(size_t max_rows, RowSink& sink,
                       absl::AnyInvocable<void(absl::StatusOr<bool>)> done) {
  absl::Status status = GiveRows(max_rows, sink);
  if (!status.ok()) {
    on_row_ = false;
    done(std::move(status));
  } else {
    done(on_row_);
  }
}

absl::Status LiveCursor::GiveRows(size_t max_rows, RowSink& sink) {
  absl::Status status = CheckLimits(limits_);
  for (size_t i = 0; status.ok() && on_row_ && i < max_rows; ++i) {
    status = NoThrow([&] { return sink.OnRow(prepared_->row()); });
    if (status.ok()) status = Step();
  }
  return status;
}

}  // namespace modelservice::sqlite
