#include "handwritten/postgres/statements.h"

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "handwritten/user_messages.h"

namespace handwritten::postgres {
namespace {

constexpr char kAllOfRow[] =
    "id, username, email, created_at, is_active, score";

std::string PartialUpdateSql(unsigned columns) {
  std::string sql = "UPDATE perf_user SET";
  absl::string_view separator = " ";
  int parameter = 0;
  for (unsigned i = 0; i < 5; ++i) {
    if ((columns >> i & 1) == 0) continue;
    absl::StrAppend(&sql, separator, kColumnNames[i], " = $", ++parameter);
    separator = ", ";
  }
  return absl::StrCat(sql, " WHERE id = $", parameter + 1, " RETURNING ",
                      kAllOfRow);
}

}  // namespace

const char* PartialUpdateOf(unsigned columns) {
  static const auto* const names = [] {
    auto* const made = new std::array<std::string, kAllColumns + 1>;
    for (unsigned i = 1; i <= kAllColumns; ++i) {
      (*made)[i] = absl::StrCat("partial_update", i);
    }
    return made;
  }();
  return (*names)[columns].c_str();
}

absl::Status PrepareAll(Connection& connection) {
  bool sent =
      connection.SendPrepare(kRetrieve,
                             absl::StrCat("SELECT ", kAllOfRow,
                                          " FROM perf_user WHERE id = $1")) &&
      connection.SendPrepare(kList, absl::StrCat("SELECT ", kAllOfRow,
                                                 " FROM perf_user WHERE id > $1"
                                                 " ORDER BY id LIMIT $2")) &&
      connection.SendPrepare(
          kCreate,
          "INSERT INTO perf_user (username, email, created_at, is_active,"
          " score) VALUES ($1, $2, $3, $4, $5) RETURNING id") &&
      connection.SendPrepare(
          kUpdate,
          "UPDATE perf_user SET username = $1, email = $2, created_at = $3,"
          " is_active = $4, score = $5 WHERE id = $6") &&
      connection.SendPrepare(kDestroy, "DELETE FROM perf_user WHERE id = $1");
  for (unsigned columns = 1; sent && columns <= kAllColumns; ++columns) {
    sent = connection.SendPrepare(PartialUpdateOf(columns),
                                  PartialUpdateSql(columns));
  }
  if (!sent || !connection.SendSync()) {
    return LostConnection();
  }
  absl::Status prepared;
  absl::Status status = connection.ReceiveUntilSync(&prepared);
  return status.ok() ? prepared : status;
}

}  // namespace handwritten::postgres
