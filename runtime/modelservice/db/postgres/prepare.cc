// How a Connection makes its prepared statements.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/errors.h"
#include "modelservice/sql/most_parameters.h"

namespace modelservice::postgres {
namespace {

// How many parameters the statement has; where texts have placeholders too,
// more than that.
size_t ParametersIn(absl::string_view sql) {
  size_t places = 0;
  size_t greatest = 0;
  for (size_t i = 0; i + 1 < sql.size(); ++i) {
    if (sql[i] != '$' ||
        !absl::ascii_isdigit(static_cast<unsigned char>(sql[i + 1]))) {
      continue;
    }
    ++places;
    size_t number = 0;
    for (; i + 1 < sql.size() && number <= kMostParameters; ++i) {
      const char digit = sql[i + 1];
      if (!absl::ascii_isdigit(static_cast<unsigned char>(digit))) break;
      number = 10 * number + static_cast<size_t>(digit - '0');
    }
    greatest = std::max(greatest, number);
  }
  return std::min(places, greatest);
}

absl::Status CheckParameters(absl::string_view sql) {
  constexpr size_t kShortest = 2;  // $1
  if (sql.size() <= kShortest * kMostParameters ||
      ParametersIn(sql) <= kMostParameters) {
    return absl::OkStatus();
  }
  return MakeDatabaseError(
      DatabaseError::Kind::kOther,
      absl::StrCat("a statement has more than ", kMostParameters,
                   " parameters, which libpq cannot describe; write fewer rows "
                   "at a time, and give a list as one array"));
}

bool SendCommand(PGconn* handle, const std::string& sql) {
  return PQsendQueryParams(handle, sql.c_str(), 0, nullptr, nullptr, nullptr,
                           nullptr, 0) != 0;
}

// One statement in the pipeline. Each ends in a Sync of its own, so that one
// that fails does not take the next with it.
bool SendPrepare(PGconn* handle, const std::string& name,
                 const std::string& text, const std::string& ahead) {
  return (ahead.empty() || SendCommand(handle, ahead)) &&
         PQsendPrepare(handle, name.c_str(), text.c_str(), 0, nullptr) != 0 &&
         PQsendDescribePrepared(handle, name.c_str()) != 0 &&
         PQpipelineSync(handle) != 0;
}

bool SendDeallocate(PGconn* handle, const std::string& name) {
  return SendCommand(handle, absl::StrCat("DEALLOCATE ", name)) &&
         PQpipelineSync(handle) != 0;
}

// What comes before one Sync: the last result that tells something.
struct ServerReply {
  absl::Status status;
  Result described;
};

// `sql` is what it answers.
absl::StatusOr<ServerReply> ReadReply(Connection& connection,
                                      absl::string_view sql, Watch& watch) {
  ServerReply answer;
  while (true) {
    absl::StatusOr<Result> result = connection.NextResult(watch);
    if (!result.ok()) return result.status();
    if (*result == nullptr) continue;  // the end of one result
    switch (PQresultStatus(result->get())) {
      case PGRES_PIPELINE_SYNC:
        return answer;
      case PGRES_PIPELINE_ABORTED:
      case PGRES_TUPLES_OK:  // of what is ahead
        break;
      case PGRES_COMMAND_OK:
        answer.described = *std::move(result);
        break;
      default:
        answer.status = ErrorOf(result->get(), sql);
        break;
    }
  }
}

}  // namespace

absl::Status Connection::Prepare(absl::Span<const absl::string_view> texts,
                                 const std::string& ahead, Watch& watch,
                                 std::vector<absl::Status>* statuses) {
  statuses->assign(texts.size(), absl::OkStatus());
  const bool own_pipeline = PQpipelineStatus(handle()) == PQ_PIPELINE_OFF;
  if (own_pipeline && PQenterPipelineMode(handle()) == 0) return Lost();

  const std::vector<std::string> forgotten = statements_.TakeForgotten();
  for (const std::string& name : forgotten) {
    if (!SendDeallocate(handle(), name)) return Lost();
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < texts.size(); ++i) {
    names.push_back(statements_.NewName());
    (*statuses)[i] = CheckParameters(texts[i]);
    if ((*statuses)[i].ok() &&
        !SendPrepare(handle(), names[i], std::string(texts[i]), ahead)) {
      return Lost();
    }
  }
  absl::Status status = Flush(watch);
  if (!status.ok()) return status;

  for (size_t i = 0; i < forgotten.size(); ++i) {
    const absl::StatusOr<ServerReply> answer = ReadReply(*this, "", watch);
    if (!answer.ok()) return answer.status();
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    if (!(*statuses)[i].ok()) continue;
    absl::StatusOr<ServerReply> answer = ReadReply(*this, texts[i], watch);
    if (!answer.ok()) return answer.status();
    if (answer->status.ok()) {
      statements_.Add(std::move(names[i]), texts[i], answer->described.get());
    } else {
      (*statuses)[i] = std::move(answer->status);
    }
  }
  status = LearnDomains(texts, ahead, watch, statuses);
  if (!status.ok()) return status;
  if (own_pipeline && PQexitPipelineMode(handle()) == 0) return Lost();
  return absl::OkStatus();
}

absl::StatusOr<PreparedStatement*> Connection::FindOrPrepare(
    absl::string_view text, const CallLimits* limits) {
  DropOldest();
  PreparedStatement* const known = Look(text);
  return known != nullptr ? known : PrepareOne(text, limits);
}

absl::StatusOr<PreparedStatement*> Connection::PrepareOne(
    absl::string_view text, const CallLimits* limits) {
  LimitsWatch watch(limits);
  std::vector<absl::Status> statuses;
  absl::Status status = Prepare({text}, "", watch, &statuses);
  absl::Status gave_up = EndOfResults();
  if (!status.ok()) return status;
  if (statuses[0].ok()) return statements_.Find(text);
  return gave_up.ok() ? std::move(statuses[0]) : std::move(gave_up);
}

void Connection::Forget(absl::string_view text, const PGresult* error) {
  statements_.Forget(text, /*at_server=*/FieldsOf(error).sqlstate != "26000");
}

}  // namespace modelservice::postgres
