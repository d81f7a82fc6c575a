#include "modelservice/db/postgres/connection.h"

#include <poll.h>

#include <cerrno>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "modelservice/db/error.h"
#include "modelservice/db/no_throw.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {
namespace {

// How long the server may take to cancel a statement.
constexpr absl::Duration kCancelTime = absl::Seconds(1);
// While a cancellation is on its way.
constexpr absl::Duration kLookForCancellation = absl::Milliseconds(5);

int PollTime(absl::Duration most) {
  if (most == absl::InfiniteDuration()) return -1;
  if (most <= absl::ZeroDuration()) return 0;
  // Up to the next millisecond: not awake again before the deadline.
  return static_cast<int>(absl::ToInt64Milliseconds(
      absl::Ceil(std::min(most, absl::Hours(1)), absl::Milliseconds(1))));
}

bool IsError(const PGresult* result) {
  switch (PQresultStatus(result)) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
      return false;
    default:
      return true;
  }
}

}  // namespace

int64_t ChangesOf(const PGresult* const_result) {
  // libpq takes pointers that are not const, and changes nothing.
  PGresult* const result = const_cast<PGresult*>(const_result);
  const absl::string_view tag = PQcmdStatus(result);
  if (!absl::StartsWith(tag, "INSERT") && !absl::StartsWith(tag, "UPDATE") &&
      !absl::StartsWith(tag, "DELETE") && !absl::StartsWith(tag, "MERGE")) {
    return 0;
  }
  int64_t changes = 0;
  return absl::SimpleAtoi(PQcmdTuples(result), &changes) ? changes : 0;
}

Connection::Connection(Libpq<PGconn> handle, const PostgresOptions& options)
    : handle_(std::move(handle)),
      statements_(options.prepare,
                  static_cast<size_t>(options.max_statements)) {
  PQsetnonblocking(handle_.get(), 1);
}

absl::StatusOr<Outcome> Connection::Run(const Statement& statement,
                                        RowSink& sink,
                                        const CallLimits* limits) {
  absl::Status status = Send(statement, limits);
  if (!status.ok()) return status;
  absl::StatusOr<Outcome> outcome = Receive(sink, limits);
  if (!stale_) return outcome;
  status = Send(statement, limits);
  if (!status.ok()) return status;
  return Receive(sink, limits);
}

absl::Status Connection::Send(const Statement& statement,
                              const CallLimits* limits) {
  absl::Status status = CheckLimits(limits);
  if (!status.ok()) return status;
  const absl::StatusOr<PreparedStatement*> prepared =
      FindOrPrepare(statement.text, limits);
  if (!prepared.ok()) return prepared.status();
  status = Queue(**prepared, statement);
  if (!status.ok()) return status;
  sent_ = *prepared;
  return Flush(limits);
}

absl::StatusOr<Outcome> Connection::Receive(RowSink& sink,
                                            const CallLimits* limits) {
  stale_ = false;
  absl::StatusOr<Outcome> outcome = absl::InternalError("no result");
  bool cancelled = false;
  bool stale = false;
  while (true) {
    const absl::StatusOr<Result> result = NextResult(limits);
    if (!result.ok()) return result.status();
    if (*result == nullptr) break;
    if (!IsError(result->get())) {
      outcome = Read(result->get(), *sent_, sink);
      continue;
    }
    const ErrorFields fields = FieldsOf(result->get());
    NoteError(result->get());
    outcome = ErrorOf(result->get(), sent_ == nullptr ? "" : sent_->text);
    cancelled = IsCancelled(fields);
    if (IsStale(fields)) {
      stale = true;
      Forget(sent_->text, result->get());
      sent_ = nullptr;
    }
  }
  // Inside of a transaction this one has ended it.
  stale_ = stale && PQtransactionStatus(handle()) == PQTRANS_IDLE;
  absl::Status gave_up = EndOfResults();
  if (cancelled && !gave_up.ok()) return gave_up;
  return outcome;
}

absl::Status Connection::Command(absl::string_view sql,
                                 const CallLimits* limits) {
  absl::Status status = CheckLimits(limits);
  if (!status.ok()) return status;
  if (PQsendQuery(handle(), std::string(sql).c_str()) == 0) return Lost();
  status = Flush(limits);
  if (!status.ok()) return status;
  bool cancelled = false;
  while (true) {
    const absl::StatusOr<Result> result = NextResult(limits);
    if (!result.ok()) return result.status();
    if (*result == nullptr) break;
    if (PQresultStatus(result->get()) == PGRES_COPY_IN) {
      PQputCopyEnd(handle(), "COPY is no command without rows");
    }
    if (!IsError(result->get()) || !status.ok()) continue;
    NoteError(result->get());
    status = ErrorOf(result->get());
    cancelled = IsCancelled(FieldsOf(result->get()));
  }
  absl::Status gave_up = EndOfResults();
  return cancelled && !gave_up.ok() ? gave_up : status;
}

void Connection::NoteError(const PGresult* result) {
  of_standby_ |= IsOfStandby(FieldsOf(result));
}

bool Connection::LooksAlive() {
  if (of_standby_ || lost() || PQtransactionStatus(handle()) != PQTRANS_IDLE)
    return false;
  pollfd socket{PQsocket(handle()), POLLIN, 0};
  // What comes unasked is a notice or a changed setting, or the end: the
  // server's last words and then nothing.
  for (int reads = 0; reads < 4; ++reads) {
    if (poll(&socket, 1, 0) <= 0) return true;
    if (PQconsumeInput(handle()) == 0 || lost()) return false;
    PQisBusy(handle());  // reads what has come
    if ((socket.revents & (POLLHUP | POLLERR)) != 0) return false;
  }
  return true;
}

absl::Status Connection::Flush(const CallLimits* limits) {
  LimitsWatch watch(limits);
  return Flush(watch);
}

absl::Status Connection::Flush(Watch& watch) {
  while (true) {
    const int left = PQflush(handle());
    if (left == 0) return absl::OkStatus();
    if (left < 0) return Lost();
    // Reading too, or both sides could wait for the other to read.
    const absl::Status status = Wait(POLLIN | POLLOUT, watch);
    if (!status.ok()) return status;
    if (PQconsumeInput(handle()) == 0) return Lost();
  }
}

absl::StatusOr<Result> Connection::NextResult(const CallLimits* limits) {
  LimitsWatch watch(limits);
  return NextResult(watch);
}

absl::StatusOr<Result> Connection::NextResult(Watch& watch) {
  while (PQisBusy(handle()) != 0) {
    const absl::Status status = Wait(POLLIN, watch);
    if (!status.ok()) return status;
    if (PQconsumeInput(handle()) == 0) break;  // PQgetResult says what it is
  }
  Result result(PQgetResult(handle()));
  if (result == nullptr && PQstatus(handle()) != CONNECTION_OK) return Lost();
  return result;
}

absl::Status Connection::Wait(short events, Watch& watch) {
  while (true) {
    absl::Duration most;
    absl::Status status = watch.Look(&most);
    if (!status.ok() && cancellation_ == nullptr) {
      cancellation_ = Cancellation::Start(handle());
      gave_up_ = std::move(status);
      lost_at_ = After(kCancelTime);
    }
    if (cancellation_ != nullptr) {
      if (SteadyNow() >= lost_at_) {
        lost_ = true;
        return gave_up_;
      }
      // The watch may have nothing more to wait for.
      most = std::min(most > absl::ZeroDuration() ? most : kLookForCancellation,
                      Until(lost_at_));
    }
    pollfd socket{PQsocket(handle()), events, 0};
    const int ready = poll(&socket, 1, PollTime(most));
    if (ready > 0) return absl::OkStatus();
    if (ready < 0 && errno != EINTR) return Lost();
  }
}

absl::Status Connection::EndOfResults() {
  if (cancellation_ == nullptr) return absl::OkStatus();
  while (!cancellation_->sent()) {
    if (SteadyNow() >= lost_at_) {
      lost_ = true;
      break;
    }
    absl::SleepFor(kLookForCancellation);
  }
  cancellation_ = nullptr;
  return std::exchange(gave_up_, absl::OkStatus());
}

absl::Status Connection::Lost() {
  lost_ = true;
  return ConnectionError(handle());
}

absl::Status Connection::Queue(const PreparedStatement& prepared,
                               const Statement& statement) {
  const absl::Status status = parameters_.Encode(
      statement.parameters, prepared.parameters, prepared.text);
  if (!status.ok()) return status;
  const int sent =
      prepared.name.empty()
          ? PQsendQueryParams(handle(), prepared.text.c_str(),
                              parameters_.count(), prepared.parameters.data(),
                              parameters_.data(), parameters_.sizes(),
                              parameters_.formats(), prepared.columns.format())
          : PQsendQueryPrepared(handle(), prepared.name.c_str(),
                                parameters_.count(), parameters_.data(),
                                parameters_.sizes(), parameters_.formats(),
                                prepared.columns.format());
  return sent == 0 ? Lost() : absl::OkStatus();
}

absl::StatusOr<Outcome> Connection::Read(const PGresult* result,
                                         const PreparedStatement& prepared,
                                         RowSink& sink) {
  if (PQnfields(result) > 0) {
    absl::Status status = reader_.GiveRows(result, prepared.columns, sink);
    if (!status.ok()) return status;
  }
  Outcome outcome;
  outcome.changes = ChangesOf(result);
  return outcome;
}

}  // namespace modelservice::postgres
