#include "modelservice/db/sqlite/cursor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"

namespace modelservice::sqlite {

absl::StatusOr<std::shared_ptr<void>> CursorCount::Add() {
  if (open_->fetch_add(1) >= most_) {
    open_->fetch_sub(1);
    return BoundReached(
        absl::StrCat("There are ", most_,
                     " streams of rows open, as many as the database has "
                     "cursors for (max_cursors); try again later."),
        "TOO_MANY_CURSORS");
  }
  return std::shared_ptr<void>(nullptr,
                               [open = open_](void*) { open->fetch_sub(1); });
}

LiveCursor::LiveCursor(std::shared_ptr<ConnectionPool> pool, TaskGroup& slow,
                       std::shared_ptr<void> counted, Statement statement,
                       const CallLimits* limits)
    : pool_(std::move(pool)),
      slow_(slow),
      counted_(std::move(counted)),
      statement_(std::move(statement)),
      limits_(limits) {}

void LiveCursor::Fetch(size_t max_rows, RowSink& sink, Done done) {
  if (!NoWaiting::Here() || CanFetchHere()) {
    FetchHere(max_rows, sink, std::move(done));
    return;
  }
  slow_.Post(limits_, [this, max_rows, &sink, done = std::move(done)](
                          const absl::Status& admitted) mutable {
    if (!admitted.ok()) return done(admitted);
    FetchHere(max_rows, sink, std::move(done));
  });
}

bool LiveCursor::CanFetchHere() {
  if (!statement_.quick) return false;
  if (started_ || connection_.has_value()) return true;
  std::optional<ConnectionPool::Lease> idle = pool_->TakeIdle();
  if (idle.has_value()) connection_.emplace(*std::move(idle));
  return connection_.has_value();
}

void LiveCursor::FetchHere(size_t max_rows, RowSink& sink, Done done) {
  absl::Status status = started_ ? absl::OkStatus() : Start();
  if (status.ok()) status = GiveRows(max_rows, sink);
  if (!status.ok()) on_row_ = false;
  if (!on_row_) {
    prepared_ = StatementCache::Lease();
    connection_.reset();
  }
  if (status.ok()) {
    done(on_row_);
  } else {
    done(std::move(status));
  }
}

absl::Status LiveCursor::Start() {
  started_ = true;
  absl::Status status = CheckLimits(limits_);
  if (!status.ok()) return status;
  if (!connection_.has_value()) {
    absl::StatusOr<ConnectionPool::Lease> taken = pool_->Take(limits_);
    if (!taken.ok()) return taken.status();
    connection_.emplace(*std::move(taken));
  }
  absl::StatusOr<StatementCache::Lease> prepared =
      (*connection_)->Prepare(statement_.text);
  if (!prepared.ok()) return prepared.status();
  prepared_ = *std::move(prepared);
  if (!prepared_->read_only()) {
    return MakeDatabaseError(
        DatabaseError::Kind::kOther,
        absl::StrCat("a cursor cannot write: ", statement_.text));
  }
  status = prepared_->Bind(statement_.parameters);
  return status.ok() ? Step() : status;
}

absl::Status LiveCursor::Step() {
  const Connection::LimitsScope scope(**connection_, limits_);
  const int code = prepared_->Step();
  on_row_ = code == SQLITE_ROW;
  return on_row_ || code == SQLITE_DONE ? absl::OkStatus()
                                        : (*connection_)->Error(code);
}

absl::Status LiveCursor::GiveRows(size_t max_rows, RowSink& sink) {
  absl::Status status = CheckLimits(limits_);
  for (size_t i = 0; status.ok() && on_row_ && i < max_rows; ++i) {
    status = NoThrow([&] { return sink.OnRow(prepared_->row()); });
    if (status.ok()) status = Step();
  }
  return status;
}

void CopyingCursor::Fetch(size_t max_rows, RowSink& sink, Done done) {
  if (copied_ != nullptr) {
    copied_->Fetch(max_rows, sink, std::move(done));
  } else if (!NoWaiting::Here()) {
    FetchHere(max_rows, sink, std::move(done));
  } else {
    slow_.Post(limits_, [this, max_rows, &sink, done = std::move(done)](
                            const absl::Status& admitted) mutable {
      if (!admitted.ok()) return done(admitted);
      FetchHere(max_rows, sink, std::move(done));
    });
  }
}

void CopyingCursor::FetchHere(size_t max_rows, RowSink& sink, Done done) {
  auto rows = std::make_unique<CopiedRows>();
  const absl::StatusOr<Outcome> outcome =
      database_.Run(std::move(statement_), *rows, limits_);
  if (!outcome.ok()) return done(outcome.status());
  copied_ = std::make_unique<CopiedCursor>(std::move(rows));
  copied_->Fetch(max_rows, sink, std::move(done));
}

}  // namespace modelservice::sqlite
