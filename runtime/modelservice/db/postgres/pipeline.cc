#include "modelservice/db/postgres/pipeline.h"

#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {

Pipeline::~Pipeline() {
  if (PQpipelineStatus(connection_.handle()) != PQ_PIPELINE_OFF) {
    connection_.GiveUp();
  }
}

absl::Status Pipeline::Lost() {
  connection_.GiveUp();
  return ConnectionError(connection_.handle());
}

absl::Status Pipeline::Enter() {
  return PQenterPipelineMode(connection_.handle()) == 0 ? Lost()
                                                        : absl::OkStatus();
}

absl::Status Pipeline::Queue(absl::string_view commands) {
  absl::Status status = Enter();
  if (!status.ok()) return status;
  for (const absl::string_view command :
       absl::StrSplit(commands, ';', absl::SkipWhitespace())) {
    if (PQsendQueryParams(connection_.handle(), std::string(command).c_str(), 0,
                          nullptr, nullptr, nullptr, nullptr, 0) == 0) {
      return Lost();
    }
  }
  queued_ = {};
  return absl::OkStatus();
}

absl::Status Pipeline::Queue(const PreparedStatement& prepared,
                             const Statement& statement) {
  absl::Status status = Enter();
  if (!status.ok()) return status;
  status = connection_.Queue(prepared, statement);
  if (!status.ok()) return status;
  queued_ = {prepared.text, prepared.columns};
  return absl::OkStatus();
}

absl::Status Pipeline::Send(const CallLimits* limits) {
  if (PQpipelineSync(connection_.handle()) == 0) return Lost();
  sent_.push_back(std::exchange(queued_, {}));
  return connection_.Flush(limits);
}

absl::StatusOr<Pipeline::Answer> Pipeline::Receive(const CallLimits* limits) {
  Last last = std::move(sent_.front());
  sent_.pop_front();
  Answer answer;
  absl::Status status;
  bool cancelled = false;
  while (true) {
    absl::StatusOr<Result> result = connection_.NextResult(limits);
    if (!result.ok()) return result.status();
    if (*result == nullptr) continue;  // the end of one statement's
    const ExecStatusType kind = PQresultStatus(result->get());
    if (kind == PGRES_PIPELINE_SYNC) break;
    if (kind == PGRES_PIPELINE_ABORTED) continue;
    if (kind == PGRES_TUPLES_OK || kind == PGRES_COMMAND_OK ||
        kind == PGRES_EMPTY_QUERY) {
      answer.result = *std::move(result);
      continue;
    }
    const ErrorFields fields = FieldsOf(result->get());
    status = ErrorOf(result->get(), last.text);
    cancelled = IsCancelled(fields);
    if (IsStale(fields) && !last.text.empty()) {
      connection_.Forget(last.text, result->get());
    }
  }
  absl::Status gave_up = connection_.EndOfResults();
  if (cancelled && !gave_up.ok()) return gave_up;
  if (!status.ok()) return status;
  answer.columns = std::move(last.columns);
  return answer;
}

absl::Status Pipeline::Finish(const CallLimits* limits) {
  while (!sent_.empty()) {
    const absl::StatusOr<Answer> answer = Receive(limits);
    if (connection_.lost()) return answer.status();
  }
  return PQexitPipelineMode(connection_.handle()) == 0 ? Lost()
                                                       : absl::OkStatus();
}

absl::StatusOr<Outcome> RunAfter(Connection& connection,
                                 absl::string_view ahead,
                                 const Statement& statement, RowSink& sink,
                                 const CallLimits* limits) {
  const PreparedStatement* prepared = connection.Look(statement.text);
  if (prepared == nullptr) {
    // The first time, to be prepared in the transaction in which it runs.
    if (!ahead.empty()) {
      absl::Status status = connection.Command(ahead, limits);
      if (!status.ok()) return status;
      ahead = "";
    }
    connection.DropOldest();
    const absl::StatusOr<PreparedStatement*> made =
        connection.PrepareOne(statement.text, limits);
    if (!made.ok()) return made.status();
    prepared = *made;
  }

  Pipeline pipeline(connection);
  absl::Status status = pipeline.Queue(ahead);
  if (!status.ok()) return status;
  // A parameter that is refused here must not leave the rest unsent.
  const absl::Status queued = pipeline.Queue(*prepared, statement);
  status = pipeline.Send(limits);
  if (!status.ok()) return status;
  absl::StatusOr<Pipeline::Answer> answer = pipeline.Receive(limits);
  if (connection.lost()) return answer.status();
  status = pipeline.Finish(limits);
  if (!status.ok()) return status;
  if (!queued.ok()) return queued;
  if (!answer.ok()) return answer.status();

  PGresult* const result = answer->result.get();
  // Not the connection's own reader, which the sink may need.
  RowReader reader;
  status = reader.GiveRows(result, answer->columns, sink);
  if (!status.ok()) return status;
  Outcome outcome;
  outcome.changes = ChangesOf(result);
  return outcome;
}

}  // namespace modelservice::postgres
