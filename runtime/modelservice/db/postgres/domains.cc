// How a Connection learns what is behind the domains of parameters.
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/errors.h"

namespace modelservice::postgres {
namespace {

// What is not the server's own starts there (FirstNormalObjectId).
constexpr Oid kFirstOfUsers = 16384;

constexpr char kInsufficientPrivilege[] = "42501";

constexpr char kSql[] =
    "WITH RECURSIVE behind(type, base) AS ("
    "SELECT oid, oid FROM pg_catalog.pg_type WHERE oid = ANY($1::oid[])"
    " UNION ALL SELECT b.type, t.typbasetype FROM behind b"
    " JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype = 'd')"
    " SELECT b.type, b.base FROM behind b"
    " JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype <> 'd'";

Oid OidAt(const PGresult* result, int row, int column) {
  Oid oid = 0;
  (void)absl::SimpleAtoi(PQgetvalue(result, row, column), &oid);
  return oid;
}

}  // namespace

absl::Status Connection::LearnDomains(absl::Span<const absl::string_view> texts,
                                      const std::string& ahead, Watch& watch,
                                      std::vector<absl::Status>* statuses) {
  const auto is_unknown = [&](Oid type) {
    return type >= kFirstOfUsers && !bases_.contains(type);
  };
  std::vector<Oid> unknown;
  for (size_t i = 0; i < texts.size(); ++i) {
    const PreparedStatement* const statement = statements_.Find(texts[i]);
    if (statement == nullptr) continue;
    for (const Oid type : statement->parameters) {
      if (is_unknown(type)) unknown.push_back(type);
    }
  }
  absl::Status fault;
  if (!unknown.empty()) {
    const std::string list =
        absl::StrCat("{", absl::StrJoin(unknown, ","), "}");
    const char* const parameter = list.c_str();
    if ((!ahead.empty() &&
         PQsendQueryParams(handle(), ahead.c_str(), 0, nullptr, nullptr,
                           nullptr, nullptr, 0) == 0) ||
        PQsendQueryParams(handle(), kSql, 1, nullptr, &parameter, nullptr,
                          nullptr, 0) == 0 ||
        PQpipelineSync(handle()) == 0) {
      return Lost();
    }
    absl::Status status = Flush(watch);
    if (!status.ok()) return status;
    // Of a type that is there no more, or that this role may not see, the
    // values are sent as text.
    for (bool ended = false; !ended;) {
      absl::StatusOr<Result> result = NextResult(watch);
      if (!result.ok()) return result.status();
      if (*result == nullptr) continue;  // the end of one result
      const PGresult* const got = result->get();
      ended = PQresultStatus(got) == PGRES_PIPELINE_SYNC;
      if (PQresultStatus(got) == PGRES_FATAL_ERROR &&
          FieldsOf(got).sqlstate != kInsufficientPrivilege) {
        fault = ErrorOf(got);
      }
      if (PQresultStatus(got) != PGRES_TUPLES_OK || PQnfields(got) != 2) {
        continue;  // of what is ahead
      }
      for (int row = 0; row < PQntuples(got); ++row) {
        bases_[OidAt(got, row, 0)] = OidAt(got, row, 1);
      }
    }
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    PreparedStatement* const statement = statements_.Find(texts[i]);
    if (statement == nullptr) continue;
    std::vector<Oid>& types = statement->parameters;
    if (!fault.ok() && absl::c_any_of(types, is_unknown)) {
      statements_.Forget(texts[i], /*at_server=*/true);
      (*statuses)[i] = fault;
      continue;
    }
    for (Oid& type : types) {
      const auto found = bases_.find(type);
      if (found != bases_.end()) type = found->second;
    }
  }
  return absl::OkStatus();
}

}  // namespace modelservice::postgres
