// What is known of the statements that a database ran: how many, how long they
// took, and, in the log, which were slow.
#ifndef MODELSERVICE_DB_STATEMENT_LOG_H_
#define MODELSERVICE_DB_STATEMENT_LOG_H_

#include <atomic>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/base/call_counts.h"
#include "modelservice/base/clock.h"
#include "modelservice/base/measures.h"
#include "modelservice/statement.h"

namespace modelservice {

// Thread-safe, and without a lock.
class StatementLog {
 public:
  // A statement that takes as long has a line in the log. From the next one on.
  void set_slow(absl::Duration least) {
    slow_.store(absl::ToInt64Nanoseconds(least), std::memory_order_relaxed);
  }

  // Of one that ran since `start`. `counts` are its call's, and may be null.
  void Note(absl::string_view text, SteadyTime start, int64_t rows,
            CallCounts* counts);
  // Of one whose rows are read in pieces; Note is told of the first.
  void NoteMore(absl::string_view text, SteadyTime start, int64_t rows,
                CallCounts* counts);

  int64_t statements() const { return times_.count(); }
  void Report(Measures& to) const;

 private:
  absl::Duration Tell(absl::string_view text, SteadyTime start, int64_t rows,
                      CallCounts* counts);

  // Nanoseconds.
  std::atomic<int64_t> slow_{INT64_MAX};
  Histogram times_{Histogram::kSeconds};
  Counter rows_;
};

// The sink of a statement that runs while it lives.
class NotedRows final : public RowSink {
 public:
  // All outlive it. The statement is one of the call that this thread works
  // for.
  NotedRows(StatementLog& log, absl::string_view text, RowSink& sink)
      : log_(log), text_(text), sink_(sink), start_(SteadyNow()) {}
  ~NotedRows() override {
    log_.Note(text_, start_, rows_, CallCounts::Current());
  }

  absl::Status OnRow(Row row) override {
    ++rows_;
    return sink_.OnRow(row);
  }
  void OnRestart() override {
    rows_ = 0;
    sink_.OnRestart();
  }
  // What was written counts where no row came.
  void NoteChanges(int64_t changes) {
    if (rows_ == 0) rows_ = changes;
  }

 private:
  StatementLog& log_;
  const absl::string_view text_;
  RowSink& sink_;
  const SteadyTime start_;
  int64_t rows_ = 0;
};

// What the call of this thread waits for its database while it lives, besides
// statements: connections, commits.
class SqlWait {
 public:
  SqlWait() : counts_(CallCounts::Current()) {
    if (counts_ != nullptr) start_ = SteadyNow();
  }
  ~SqlWait() {
    if (counts_ != nullptr) counts_->sql_time.Add(Since(start_));
  }
  SqlWait(const SqlWait&) = delete;
  SqlWait& operator=(const SqlWait&) = delete;

 private:
  CallCounts* const counts_;
  SteadyTime start_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_STATEMENT_LOG_H_
