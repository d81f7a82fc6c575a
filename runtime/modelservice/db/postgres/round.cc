#include "modelservice/db/postgres/round.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "modelservice/base/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {
namespace {

// A batch that takes longer holds up those behind it. Most take less, a commit
// that waits for a disk or a hundred pages among them, and smaller ones would
// not be faster.
constexpr absl::Duration kPatience = absl::Milliseconds(10);
// Statements that take longer together, with some time for each, have one among
// them that should run alone.
constexpr absl::Duration kSlow = absl::Milliseconds(100);
constexpr absl::Duration kSlowForEach = absl::Milliseconds(2);

}  // namespace

Round::End Round::Run(Connection& connection, const std::string& ahead,
                      absl::Span<LaneCall> calls, size_t begin, size_t end) {
  ahead_ = &ahead;
  calls_ = calls;
  begin_ = begin;
  end_ = end;
  sent_.clear();
  head_ = 0;
  ahead_sent_ = sending_ = may_refuse_ = committing_ = undo_ = false;
  has_failed_ = misdirected_ = met_lock_ = too_slow_ = false;
  error_ = nullptr;
  start_ = SteadyNow();
  slow_at_ = After(kPatience, start_);
  CheckAll();
  const bool well =
      PrepareAll(connection) && SendAll(connection) &&
      (!sending_ || (ReceiveAll(connection) && Finish(connection)));
  if (!well) return End::kLost;
  if (has_failed_) return End::kFailed;
  if (undo_ && !committing_) return End::kUndone;
  return error_ != nullptr ? End::kSyncFailed : End::kDone;
}

bool Round::Lost(absl::Status status) {
  loss_ = std::move(status);
  return false;
}

bool Round::HasUnanswered() const {
  for (size_t i = begin_; i < end_; ++i) {
    if (!calls_[i].answered()) return true;
  }
  return false;
}

// Answers those whose limits have ended.
void Round::CheckAll() {
  look_at_ = After(kLookEvery);
  for (size_t i = 0; i < calls_.size(); ++i) {
    LaneCall& call = calls_[i];
    if (call.answered() || call.execution().limits == nullptr) continue;
    const absl::Status status = CheckLimits(call.execution().limits);
    if (status.ok()) {
      look_at_ = std::min(look_at_, call.execution().limits->ends_at());
      continue;
    }
    call.Answer(status);
    undo_ |= sending_ && i >= begin_ && i < end_;
  }
}

absl::Status Round::Look(absl::Duration* most) {
  answers_.Give();
  const SteadyTime now = SteadyNow();
  if (now >= slow_at_) {
    slow_at_ = kNever;
    queue_.GotSlow(place_);
  }
  if (now >= look_at_) {
    CheckAll();
    queue_.AnswerTired(absl::OkStatus());
  }
  *most = absl::FromChrono(std::min(slow_at_, look_at_) - now);
  // Which statement the server is at is not known: it keeps results back while
  // there is more to do.
  bool in_vain = false;
  if (!sending_) {
    in_vain = !HasUnanswered();
  } else if (head_ < sent_.size()) {  // else it is too late
    too_slow_ |= IsTooSlow(now);
    in_vain = undo_ || too_slow_;
  }
  if (!in_vain) return absl::OkStatus();
  // Its words are for neighbours when the connection is lost over it.
  return absl::UnavailableError(
      "the server did not cancel a statement when asked to");
}

bool Round::IsTooSlow(SteadyTime now) const {
  // A commit is not to be disturbed.
  return sent_.size() > 1 && !(writes_ && committing_) &&
         now >= After(kSlow + kSlowForEach * sent_.size(), start_);
}

bool Round::PrepareAll(Connection& connection) {
  std::vector<absl::string_view> missing;
  for (size_t i = begin_; i < end_; ++i) {
    LaneCall& call = calls_[i];
    if (call.answered()) continue;
    const absl::string_view text = call.execution().statement.text;
    call.prepared = connection.Look(text);
    if (call.prepared == nullptr &&
        std::find(missing.begin(), missing.end(), text) == missing.end()) {
      missing.push_back(text);
    }
  }
  if (missing.empty()) return true;
  // Owned here: a call that is answered meanwhile takes its text along.
  const std::vector<std::string> owned(missing.begin(), missing.end());
  const std::vector<absl::string_view> texts(owned.begin(), owned.end());
  std::vector<absl::Status> statuses;
  const absl::Status status =
      connection.Prepare(texts, *ahead_, *this, &statuses);
  connection.EndOfResults().IgnoreError();
  if (!status.ok() || connection.lost()) return Lost(status);
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!statuses[i].ok()) FailToPrepare(texts[i], statuses[i]);
  }
  return true;
}

void Round::FailToPrepare(absl::string_view text, const absl::Status& status) {
  using Kind = DatabaseError::Kind;
  const auto error = GetDatabaseError(status);
  const Kind kind = error.has_value() ? error->kind : Kind::kOther;
  // It waits for the lock of a table, most of the time.
  const bool too_slow =
      kind == Kind::kBusy || kind == Kind::kTimeout || kind == Kind::kCancelled;
  met_lock_ |= too_slow;
  for (size_t i = begin_; i < end_; ++i) {
    LaneCall& call = calls_[i];
    if (call.answered() || call.execution().statement.text != text) continue;
    if (too_slow) {
      detour_.Run(call.Leave());
    } else {
      call.Answer(status);
    }
  }
}

bool Round::SendAll(Connection& connection) {
  if (!HasUnanswered()) return true;
  ahead_sent_ = !ahead_->empty();
  if (ahead_sent_ &&
      PQsendQueryParams(connection.handle(), ahead_->c_str(), 0, nullptr,
                        nullptr, nullptr, nullptr, 0) == 0) {
    return Lost(ConnectionError(connection.handle()));
  }
  for (size_t i = begin_; i < end_; ++i) {
    LaneCall& call = calls_[i];
    if (call.answered()) continue;
    const Statement& statement = call.execution().statement;
    if (call.prepared == nullptr) {
      call.prepared = connection.Find(statement.text);
    }
    const absl::Status status = connection.Queue(*call.prepared, statement);
    if (connection.lost()) return Lost(status);
    if (!status.ok()) {
      call.Answer(status);
      continue;
    }
    sent_.push_back(i);
    may_refuse_ |= !statement.keeps_rows && !call.prepared->columns.empty();
  }
  if (sent_.empty() && !ahead_sent_) return true;
  sending_ = true;
  if (!writes_ || !may_refuse_) return Sync(connection, true);
  PQsendFlushRequest(connection.handle());
  const absl::Status status = connection.Flush(*this);
  return status.ok() || Lost(status);
}

bool Round::Sync(Connection& connection, bool commits) {
  committing_ = commits;
  if (PQpipelineSync(connection.handle()) == 0) {
    return Lost(ConnectionError(connection.handle()));
  }
  const absl::Status status = connection.Flush(*this);
  return status.ok() || Lost(status);
}

bool Round::ReceiveAll(Connection& connection) {
  bool taken = false;
  while (ahead_sent_ || head_ < sent_.size()) {
    absl::StatusOr<Result> result = connection.NextResult(*this);
    if (!result.ok()) return Lost(result.status());
    if (ahead_sent_ && *result != nullptr) {
      taken = true;
      if (PQresultStatus(result->get()) != PGRES_TUPLES_OK) {
        return Lost(ErrorOf(result->get()));
      }
    } else if (ahead_sent_ && taken) {
      ahead_sent_ = taken = false;
    } else if (*result != nullptr) {
      taken = true;
      if (!Take(connection, *std::move(result))) return false;
    } else if (taken) {
      taken = false;
      ++head_;
    } else {
      return Lost(ConnectionError(connection.handle()));
    }
  }
  return true;
}

bool Round::Take(Connection& connection, Result result) {
  LaneCall& call = calls_[sent_[head_]];
  switch (PQresultStatus(result.get())) {
    case PGRES_PIPELINE_ABORTED:
      return true;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
      if (!call.answered()) TakeRows(connection, call, result.get());
      return true;
    default:
      break;
  }
  if (EndsConnection(result.get())) return Lost(ErrorOf(result.get()));
  connection.NoteError(result.get());
  has_failed_ = true;
  failed_ = sent_[head_];
  const ErrorFields fields = FieldsOf(result.get());
  misdirected_ =
      !call.answered() && connection.interrupted() && IsCancelled(fields);
  met_lock_ |= IsLocked(fields);
  error_ = std::move(result);
  return true;
}

void Round::TakeRows(Connection& connection, LaneCall& call,
                     const PGresult* result) {
  call.has_rows |= PQntuples(result) > 0;
  absl::StatusOr<Outcome> outcome =
      connection.Read(result, *call.prepared, call.execution());
  if (outcome.ok()) call.outcome = *outcome;
  if (!writes_) {
    call.Answer(outcome.status());
  } else if (!outcome.ok()) {
    call.refusal = outcome.status();
    undo_ = true;
  }
}

// From the last result to the end of the transaction.
bool Round::Finish(Connection& connection) {
  PGconn* const handle = connection.handle();
  if (!committing_) {
    const bool undoing = undo_ || has_failed_;
    // A failed statement has undone it already.
    if (undo_ && !has_failed_ &&
        PQsendQueryParams(handle, "ROLLBACK", 0, nullptr, nullptr, nullptr,
                          nullptr, 0) == 0) {
      return Lost(ConnectionError(handle));
    }
    if (!Sync(connection, /*commits=*/!undoing)) return false;
  }
  for (int ends = 0; ends < 2;) {
    absl::StatusOr<Result> result = connection.NextResult(*this);
    if (!result.ok()) return Lost(result.status());
    if (*result == nullptr) {  // the end of the ROLLBACK's
      ++ends;
      continue;
    }
    switch (PQresultStatus(result->get())) {
      case PGRES_PIPELINE_SYNC:
        // With this libpq knows that it is idle.
        Result(PQgetResult(handle));
        // A cancellation that is still on its way loses the connection, but
        // the calls have their results.
        connection.EndOfResults().IgnoreError();
        return true;
      case PGRES_COMMAND_OK:
      case PGRES_PIPELINE_ABORTED:
        break;
      default:
        if (EndsConnection(result->get())) return Lost(ErrorOf(result->get()));
        if (!has_failed_) {
          met_lock_ |= IsLocked(FieldsOf(result->get()));
          error_ = *std::move(result);
        }
        break;
    }
  }
  return Lost(ConnectionError(handle));
}

}  // namespace modelservice::postgres
