// How a Connection learns what is behind the domains of parameters.
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/db/postgres/connection.h"

namespace modelservice::postgres {
namespace {

// What is not the server's own starts there (FirstNormalObjectId).
constexpr Oid kFirstOfUsers = 16384;

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

absl::Status Connection::LearnDomains(
    absl::Span<PreparedStatement* const> statements, const std::string& ahead,
    Watch& watch) {
  std::vector<Oid> unknown;
  for (const PreparedStatement* statement : statements) {
    for (const Oid type : statement->parameters) {
      if (type >= kFirstOfUsers && !bases_.contains(type)) {
        unknown.push_back(type);
      }
    }
  }
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
    // Of what the server does not tell, the values are sent as text.
    for (bool ended = false; !ended;) {
      absl::StatusOr<Result> result = NextResult(watch);
      if (!result.ok()) return result.status();
      if (*result == nullptr) continue;  // the end of one result
      const PGresult* const got = result->get();
      ended = PQresultStatus(got) == PGRES_PIPELINE_SYNC;
      if (PQresultStatus(got) != PGRES_TUPLES_OK || PQnfields(got) != 2) {
        continue;  // of what is ahead
      }
      for (int row = 0; row < PQntuples(got); ++row) {
        bases_[OidAt(got, row, 0)] = OidAt(got, row, 1);
      }
    }
  }
  for (PreparedStatement* statement : statements) {
    for (Oid& type : statement->parameters) {
      const auto found = bases_.find(type);
      if (found != bases_.end()) type = found->second;
    }
  }
  return absl::OkStatus();
}

}  // namespace modelservice::postgres
