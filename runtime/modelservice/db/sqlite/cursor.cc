#include "modelservice/db/sqlite/cursor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/sqlite/database.h"
#include "modelservice/db/sqlite/errors.h"

namespace modelservice::sqlite {

absl::Status Cursors::Add() {
  const MutexLock lock(mutex_);
  if (count_ >= most_) {
    return BoundReached(
        absl::StrCat("There are ", count_,
                     " streams of rows open, as many as the database has "
                     "cursors for (max_cursors, which is below max_readers); "
                     "try again later."),
        "TOO_MANY_CURSORS");
  }
  ++count_;
  return absl::OkStatus();
}

void Cursors::Remove() {
  const MutexLock lock(mutex_);
  --count_;
}

void Cursors::Post(const CallLimits* limits, Executor::Task task) {
  if (!Enter()) return task(ClosedError());
  database_.slow_reads().Post(limits, std::move(task));
  Leave();
}

absl::StatusOr<Outcome> Cursors::Run(Statement statement, RowSink& sink,
                                     const CallLimits* limits) {
  if (!Enter()) return ClosedError();
  absl::StatusOr<Outcome> outcome =
      database_.Run(std::move(statement), sink, limits);
  Leave();
  return outcome;
}

void Cursors::Close() {
  const MutexLock lock(mutex_);
  closed_ = true;
  while (inside_ > 0) left_.Wait(mutex_);
}

bool Cursors::Enter() {
  const MutexLock lock(mutex_);
  if (closed_) return false;
  ++inside_;
  return true;
}

void Cursors::Leave() {
  const MutexLock lock(mutex_);
  if (--inside_ == 0) left_.NotifyAll();
}

CountedCursor::CountedCursor(std::shared_ptr<Cursors> cursors,
                             Statement statement, const CallLimits* limits)
    : cursors_(std::move(cursors)),
      statement_(std::move(statement)),
      limits_(limits) {}

void CountedCursor::Fetch(size_t max_rows, RowSink& sink, Done done) {
  if (!NoWaiting::Here() || CanFetchInAHurry()) {
    return FetchHere(max_rows, sink, std::move(done));
  }
  // Its own, for `done` may destroy this.
  const std::shared_ptr<Cursors> cursors = cursors_;
  cursors->Post(limits_, [this, max_rows, &sink, done = std::move(done)](
                             const absl::Status& admitted) mutable {
    if (!admitted.ok()) return done(admitted);
    FetchHere(max_rows, sink, std::move(done));
  });
}

LiveCursor::LiveCursor(std::shared_ptr<ConnectionPool> pool,
                       std::shared_ptr<Cursors> cursors, Statement statement,
                       const CallLimits* limits)
    : CountedCursor(std::move(cursors), std::move(statement), limits),
      pool_(std::move(pool)) {}

// What waits is the start: then the snapshot is there, and no lock needed.
bool LiveCursor::CanFetchInAHurry() {
  if (!statement_.quick) return false;
  if (started_) return true;
  std::optional<ConnectionPool::Lease> idle = pool_->TakeIdle();
  if (!idle.has_value()) return false;
  connection_.emplace(*std::move(idle));
  const Connection::Hurry hurry(**connection_);
  fault_ = Start();
  if (fault_.ok() || !hurry.gave_up()) return true;
  prepared_ = StatementCache::Lease();
  fault_ = absl::OkStatus();
  started_ = false;
  return false;
}

void LiveCursor::FetchHere(size_t max_rows, RowSink& sink, Done done) {
  if (!started_) fault_ = Start();
  absl::Status status = std::exchange(fault_, absl::OkStatus());
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

void CopyingCursor::FetchHere(size_t max_rows, RowSink& sink, Done done) {
  if (copied_ == nullptr) {
    auto rows = std::make_unique<CopiedRows>();
    Statement select = statement_;
    absl::Status status =
        cursors_->Run(std::move(select), *rows, limits_).status();
    // After an error there are no more.
    if (!status.ok()) rows->OnRestart();
    copied_ = std::make_unique<CopiedCursor>(std::move(rows));
    if (!status.ok()) return done(std::move(status));
  }
  copied_->Fetch(max_rows, sink, std::move(done));
}

}  // namespace modelservice::sqlite
