#include "modelservice/db/postgres/batch.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {
namespace {

// Failures in one batch after which the rest is run one by one: a failure costs
// a round trip and everything behind it.
constexpr int kMaxFailures = 4;
// How often a call that is alone may lose against other transactions.
constexpr int kMaxConflicts = 5;
// How often a call may be in flight when a connection is lost: it may be what
// ends them.
constexpr int kMaxLosses = 3;
// After a wait for a lock, which others will wait for too.
constexpr absl::Duration kHaste = absl::Seconds(1);

}  // namespace

void Batch::Run(Connection& connection, const std::vector<QueuedCall>& taken) {
  calls_.clear();
  for (const QueuedCall& call : taken) calls_.emplace_back(call);
  ranges_.clear();
  failures_ = 0;
  connection.DropOldest();
  Divert();
  Add(0, calls_.size());
  while (!ranges_.empty()) {
    const Range range = ranges_.back();
    ranges_.pop_back();
    RunRange(connection, range);
    if (connection.lost()) {
      GiveBack({0, 0});
      return;
    }
  }
}

void Batch::Divert() {
  for (LaneCall& call : calls_) {
    if (!call.answered() && detour_.IsFor(call.execution().statement)) {
      call.Restart();
      detour_.Run(call.Leave());
    }
  }
}

void Batch::RunRange(Connection& connection, Range range) {
  const std::string& ahead =
      SteadyNow() < hasty_until_ ? patience_.little() : patience_.usual();
  const Round::End end = round_.Run(connection, ahead, absl::MakeSpan(calls_),
                                    range.begin, range.end);
  if (round_.met_lock()) hasty_until_ = After(kHaste);
  switch (end) {
    case Round::End::kDone:
      AnswerAll(range);
      break;
    case Round::End::kFailed:
      RetryFailed(connection, range);
      break;
    case Round::End::kSyncFailed: {
      const bool again = IsConflict(FieldsOf(round_.error()));
      Restart(range);
      if (round_.sent() > 1) {
        AddOneByOne(range);
        break;
      }
      for (size_t i = range.begin; i < range.end; ++i) {
        if (calls_[i].answered()) continue;
        if (round_.met_lock()) {
          detour_.Run(calls_[i].Leave());
        } else if (again && calls_[i].conflicts++ < kMaxConflicts) {
          Add(i, i + 1);
        } else {
          calls_[i].Answer(
              ErrorOf(round_.error(), calls_[i].execution().statement.text));
        }
      }
      break;
    }
    case Round::End::kUndone:
      AnswerRefused(range);
      Restart(range);
      Add(range.begin, range.end);
      break;
    case Round::End::kLost:
      connection.GiveUp();
      GiveBack(range);
      break;
  }
}

void Batch::AnswerAll(Range range) {
  answers_.Give();
  for (size_t i = range.begin; i < range.end; ++i) {
    if (!calls_[i].answered()) answers_.Keep(calls_[i]);
  }
}

void Batch::AnswerRefused(Range range) {
  for (size_t i = range.begin; i < range.end; ++i) {
    if (calls_[i].answered() || calls_[i].refusal.ok()) continue;
    const absl::Status refusal = calls_[i].refusal;
    calls_[i].Answer(refusal);
  }
}

void Batch::RetryFailed(Connection& connection, Range range) {
  const size_t failed = round_.failed();
  LaneCall& call = calls_[failed];
  const ErrorFields error = FieldsOf(round_.error());
  const bool alone = round_.sent() == 1;
  if (!writes_) range.begin = failed;  // the reads before it are answered
  Restart(range);

  if (call.answered()) {  // it was too late
    Add(range.begin, range.end);
  } else if (round_.misdirected()) {
    // First those whom it may hold up.
    Add(failed, failed + 1);
    Add(failed + 1, range.end);
    Add(range.begin, failed);
  } else if (IsLocked(error) || IsCancelled(error)) {
    if (!round_.met_lock()) detour_.Learn(call.execution().statement);
    detour_.Run(call.Leave());
    Divert();
    Add(failed + 1, range.end);
    Add(range.begin, failed);
  } else if (IsStale(error) && !call.renewed) {
    call.renewed = true;
    connection.Forget(call.execution().statement.text, round_.error());
    Add(range.begin, range.end);
  } else if (IsConflict(error) && !alone) {
    AddOneByOne(range);
  } else if (IsConflict(error) && call.conflicts++ < kMaxConflicts) {
    Add(failed, failed + 1);
  } else if (alone || !writes_) {
    call.Answer(ErrorOf(round_.error(), call.execution().statement.text));
    Add(failed + 1, range.end);
  } else if (++failures_ > kMaxFailures) {
    AddOneByOne(range);
  } else {
    Add(failed + 1, range.end);
    Add(failed, failed + 1);
    Add(range.begin, failed);
  }
}

void Batch::Add(size_t begin, size_t end) {
  while (begin < end && calls_[begin].answered()) ++begin;
  if (begin < end) ranges_.push_back({begin, end});
}

void Batch::AddOneByOne(Range range) {
  for (size_t i = range.end; i > range.begin; --i) Add(i - 1, i);
}

void Batch::Restart(Range range) {
  for (size_t i = range.begin; i < range.end; ++i) calls_[i].Restart();
}

void Batch::GiveBack(Range range) {
  std::vector<QueuedCall> back;
  for (size_t i = 0; i < calls_.size(); ++i) {
    LaneCall& call = calls_[i];
    if (call.answered()) continue;
    if (i >= range.begin && i < range.end) {
      const bool in_doubt = round_.in_doubt();
      if (in_doubt || ++call.queued.losses > kMaxLosses) {
        call.Answer(MakeDatabaseError(
            DatabaseError::Kind::kConnection,
            absl::StrCat(in_doubt ? "the connection was lost while this was "
                                    "written, or not: "
                                  : "the connection was lost again: ",
                         round_.loss().message())));
        continue;
      }
    }
    call.Restart();
    back.push_back(call.queued);
  }
  calls_.clear();
  queue_.PutBack(back);
}

}  // namespace modelservice::postgres
