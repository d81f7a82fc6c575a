#include "modelservice/db/postgres/cursor.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/base/waiting.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/postgres/errors.h"
#include "modelservice/db/postgres/limits.h"
#include "modelservice/db/postgres/pipeline.h"

namespace modelservice::postgres {
namespace {

// A connection may have died since it was last used.
constexpr int kMostConnections = 3;
// How long a cursor may take to end that was not read to its end. After that
// its connection is closed.
constexpr absl::Duration kEndTime = absl::Seconds(1);
constexpr size_t kMostRows = 4096;

constexpr char kBegin[] =
    "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;"
    // Nearly always, all rows are read.
    "SET LOCAL cursor_tuple_fraction=1;"
    // The client may read slowly.
    "SET LOCAL idle_in_transaction_session_timeout=0;";

// Passes so many rows on and copies the rest.
class Divide final : public RowSink {
 public:
  Divide(size_t most, RowSink& sink, CopiedRows& rest)
      : most_(most), left_(most), sink_(sink), rest_(rest) {}
  absl::Status OnRow(Row row) override {
    if (left_ == 0) return rest_.OnRow(row);
    --left_;
    return sink_.OnRow(row);
  }
  void OnRestart() override {
    left_ = most_;
    sink_.OnRestart();
    rest_.OnRestart();
  }

 private:
  const size_t most_;
  size_t left_;
  RowSink& sink_;
  CopiedRows& rest_;
};

}  // namespace

class LiveCursor::Session {
 public:
  explicit Session(ConnectionPool::Lease lease) : lease_(std::move(lease)) {}

  bool started() const { return pipeline_.has_value(); }

  // Begins the transaction, asks for the first rows and, for the next time, for
  // as many more, and receives the first.
  absl::StatusOr<Pipeline::Answer> Start(const Statement& statement,
                                         size_t rows,
                                         const CallLimits* limits) {
    absl::StatusOr<Pipeline::Answer> answer;
    for (int i = 0; i < kMostConnections; ++i) {
      pipeline_.reset();
      asked_.clear();
      absl::Status status = lease_.Connect(limits);
      if (!status.ok()) return status;
      // Only for its description: the type of each parameter and column.
      const absl::StatusOr<PreparedStatement*> described =
          lease_->FindOrPrepare(statement.text, limits);
      status = described.status();
      if (status.ok()) status = Declare(**described, statement, rows, limits);
      answer = status.ok() ? Next(rows, limits) : status;
      if (!lease_->lost()) break;
    }
    return answer;
  }

  // Asks for more, and receives what was asked for before.
  absl::StatusOr<Pipeline::Answer> Next(size_t rows, const CallLimits* limits) {
    absl::Status status = Fetch(rows);
    if (status.ok()) status = pipeline_->Send(limits);
    if (!status.ok()) return status;
    return pipeline_->Receive(limits);
  }

  // How many rows the answer that came was asked for.
  size_t TakeAsked() {
    const size_t rows = asked_.front();
    asked_.pop_front();
    return rows;
  }

  // Frees the connection of its transaction, or closes it.
  void End() {
    if (!started()) return;
    const Within limits(kEndTime);
    absl::Status status = pipeline_->Finish(&limits);
    if (status.ok()) status = lease_->Command("ROLLBACK", &limits);
    pipeline_.reset();
    if (!status.ok()) lease_.Drop();
  }

 private:
  absl::Status Declare(const PreparedStatement& described,
                       const Statement& statement, size_t rows,
                       const CallLimits* limits) {
    pipeline_.emplace(*lease_);
    absl::Status status =
        pipeline_->Queue(absl::StrCat(kBegin, StatementTimeoutSql(limits)));
    if (!status.ok()) return status;
    PreparedStatement declare;
    declare.text =
        absl::StrCat("DECLARE rows NO SCROLL CURSOR FOR ", statement.text);
    declare.parameters = described.parameters;
    columns_ = described.columns;
    // A parameter that is refused here must not leave the rest unsent.
    const absl::Status declared = pipeline_->Queue(declare, statement);
    status = declared.ok() ? Fetch(rows) : absl::OkStatus();
    if (status.ok()) status = pipeline_->Send(limits);
    return status.ok() ? declared : status;
  }

  absl::Status Fetch(size_t rows) {
    // Not one for the connection to keep, for the next cursor has other
    // columns.
    PreparedStatement fetch;
    fetch.text = absl::StrCat("FETCH ", rows, " FROM rows");
    fetch.columns = columns_;
    asked_.push_back(rows);
    return pipeline_->Queue(fetch, Statement());
  }

  ConnectionPool::Lease lease_;
  std::optional<Pipeline> pipeline_;
  Columns columns_;
  std::deque<size_t> asked_;
};

LiveCursor::LiveCursor(std::shared_ptr<ConnectionPool> pool,
                       const Threads& threads, std::shared_ptr<void> counted,
                       Statement statement, const CallLimits* limits)
    : pool_(std::move(pool)),
      threads_(threads),
      counted_(std::move(counted)),
      statement_(std::move(statement)),
      limits_(limits) {}

LiveCursor::~LiveCursor() {
  if (session_ == nullptr) return;
  if (!NoWaiting::Here()) {
    session_->End();
    return;
  }
  const UseCount::Use use(*threads_.open);
  if (!use.ok()) return;
  threads_.executor.Continue(
      [session = std::move(session_)] { session->End(); });
}

void LiveCursor::Fetch(size_t max_rows, RowSink& sink, Done done) {
  if (ended_ || next_spare_ < spare_.size()) {
    done(GiveSpare(max_rows, sink));
  } else if (!NoWaiting::Here()) {
    FetchHere(max_rows, sink, std::move(done));
  } else {
    // `done` may destroy this.
    const std::shared_ptr<UseCount> open = threads_.open;
    const UseCount::Use use(*open);
    if (!use.ok()) return done(ClosedError());
    threads_.reads.Post(limits_,
                        [this, max_rows, &sink, done = std::move(done)](
                            const absl::Status& admitted) mutable {
                          if (!admitted.ok()) return done(admitted);
                          FetchHere(max_rows, sink, std::move(done));
                        });
  }
}

void LiveCursor::FetchHere(size_t max_rows, RowSink& sink, Done done) {
  absl::StatusOr<bool> more = Read(max_rows, sink);
  if (!ended_) {
    done(std::move(more));
    return;
  }
  counted_.reset();
  std::unique_ptr<Session> session = std::move(session_);
  // Nothing is on its way any more that would have to be waited for, and
  // `done` may want its place.
  if (more.ok() && session != nullptr) {
    session->End();
    session = nullptr;
  }
  // `done` may destroy this.
  done(std::move(more));
  if (session != nullptr) session->End();
}

absl::StatusOr<bool> LiveCursor::Read(size_t max_rows, RowSink& sink) {
  const size_t rows = std::clamp<size_t>(max_rows, 1, kMostRows);
  ended_ = true;  // until it is known that there is more
  // What is on its way is no reason to go on.
  absl::Status status = CheckLimits(limits_);
  if (!status.ok()) return status;
  if (session_ == nullptr) {
    absl::StatusOr<ConnectionPool::Lease> lease = pool_->Take(limits_);
    if (!lease.ok()) return lease.status();
    session_ = std::make_unique<Session>(*std::move(lease));
  }
  const absl::StatusOr<Pipeline::Answer> answer =
      session_->started() ? session_->Next(rows, limits_)
                          : session_->Start(statement_, rows, limits_);
  if (!answer.ok()) return answer.status();

  const PGresult* const result = answer->result.get();
  const size_t count = static_cast<size_t>(PQntuples(result));
  spare_.OnRestart();
  next_spare_ = 0;
  Divide divided(max_rows, sink, spare_);
  RowSink& taker = count > max_rows ? divided : sink;
  status = reader_.GiveRows(result, answer->columns, taker);
  if (!status.ok()) return status;
  ended_ = count < session_->TakeAsked();
  return !ended_ || spare_.size() > 0;
}

absl::StatusOr<bool> LiveCursor::GiveSpare(size_t max_rows, RowSink& sink) {
  for (size_t i = 0; i < max_rows && next_spare_ < spare_.size(); ++i) {
    absl::Status status =
        NoThrow([&] { return sink.OnRow(spare_.row(next_spare_)); });
    ++next_spare_;
    if (!status.ok()) {
      ended_ = true;
      next_spare_ = spare_.size();
      return status;
    }
  }
  return !ended_ || next_spare_ < spare_.size();
}

}  // namespace modelservice::postgres
