// OpenPostgres, and what to tell when that fails.
#include <memory>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/db/error.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/database.h"
#include "modelservice/db/postgres/libpq.h"
#include "modelservice/postgres.h"

namespace modelservice {
namespace {

// What to do about an error whose text has these two in it.
struct Mend {
  absl::string_view text;
  absl::string_view more;
  absl::string_view what;
};

constexpr Mend kMends[] = {
    {"password authentication failed", "", "check the user and the password"},
    {"no password supplied", "",
     "give the password in the URL, in PGPASSWORD or in ~/.pgpass"},
    {"database \"", "does not exist",
     "create it with createdb, or name another"},
    {"role \"", "does not exist",
     "create it with createuser, or name another user"},
    {"no pg_hba.conf entry", "",
     "let the server's pg_hba.conf allow this user, host and database"},
    {"certificate verify failed", "",
     "give the certificate of the authority that signed the server's as "
     "sslrootcert"},
    {"root certificate file", "",
     "name the file of the authority that signed the server's certificate as "
     "sslrootcert"},
    {"does not match host name", "",
     "name the host as the server's certificate does"},
    {"server does not support SSL", "",
     "turn TLS on in the server, or choose another sslmode"},
    {"too many clients", "",
     "raise the server's max_connections, or lower pool_max and the lanes"},
    {"could not translate host name", "", "check the host's name"},
    // libpq itself asks whether the server is running.
    {"Connection refused", "", "start it, or name another host or port"},
    {"No such file or directory", "socket",
     "start it, or name another host or port"},
};

// "postgresql://shop@db.example:5433/shop": what can be told of the connection.
std::string NameOf(const std::string& connection) {
  const postgres::Libpq<PQconninfoOption> options(
      PQconninfoParse(connection.c_str(), nullptr));
  std::string user, host, port, database;
  for (const PQconninfoOption* o = options.get();
       o != nullptr && o->keyword != nullptr; ++o) {
    if (o->val == nullptr) continue;
    const absl::string_view keyword = o->keyword;
    if (keyword == "user") user = absl::StrCat(o->val, "@");
    if (keyword == "host") host = o->val;
    if (keyword == "hostaddr" && host.empty()) host = o->val;
    if (keyword == "port") port = absl::StrCat(":", o->val);
    if (keyword == "dbname") database = o->val;
  }
  return absl::StrCat("postgresql://", user, host, port, "/", database);
}

// libpq opens them by itself, and would wait for who writes to a FIFO.
absl::Status CheckFiles(const std::string& connection) {
  constexpr absl::string_view kFiles[] = {"sslcert", "sslkey", "sslrootcert",
                                          "sslcrl", "passfile"};
  const postgres::Libpq<PQconninfoOption> options(
      PQconninfoParse(connection.c_str(), nullptr));
  for (const PQconninfoOption* o = options.get();
       o != nullptr && o->keyword != nullptr; ++o) {
    if (o->val == nullptr || !absl::c_linear_search(kFiles, o->keyword)) {
      continue;
    }
    const absl::Status status = CheckRegularFile(o->val);
    // Of one that is not there libpq says whether it needs it.
    if (status.ok() || absl::IsNotFound(status)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(o->keyword, ": ", o->val, " ", status.message()));
  }
  return absl::OkStatus();
}

absl::Status OpenError(const PostgresOptions& options,
                       const absl::Status& status) {
  std::string text = absl::StrCat("cannot open ", NameOf(options.connection),
                                  ": ", status.message());
  for (const Mend& mend : kMends) {
    if (absl::StrContains(status.message(), mend.text) &&
        absl::StrContains(status.message(), mend.more)) {
      absl::StrAppend(&text, "; ", mend.what);
      break;
    }
  }
  const auto error = GetDatabaseError(status);
  return error.has_value() ? MakeDatabaseError(*error, text)
                           : absl::Status(status.code(), text);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenPostgres(
    const PostgresOptions& options) {
  const int max_cursors = options.max_cursors.value_or(1);
  if (options.read_lanes < 1 || options.write_lanes < 1 ||
      options.max_batch < 1 || options.max_batch_bytes < 1 ||
      options.max_queue < 1 || options.max_statements < 1 ||
      options.pool_max < 1 || options.pool_min < 0 ||
      options.pool_min > options.pool_max || max_cursors < 1 ||
      max_cursors > options.pool_max ||
      options.slow_statement <= absl::ZeroDuration() ||
      options.max_write_time <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "PostgresOptions: read_lanes, write_lanes, max_batch, max_batch_bytes, "
        "max_queue, max_statements and pool_max must be at least 1, pool_min "
        "from 0 to pool_max, max_cursors from 1 to pool_max, slow_statement "
        "and max_write_time above zero");
  }
  if (auto status = CheckFiles(options.connection); !status.ok()) {
    return OpenError(options, status);
  }
  absl::StatusOr<std::unique_ptr<postgres::Connection>> first =
      postgres::Connection::Open(options, nullptr);
  if (!first.ok()) return OpenError(options, first.status());
  auto database =
      std::make_unique<postgres::PostgresDatabase>(options, *std::move(first));
  const absl::Status started = database->Start();
  if (!started.ok()) return OpenError(options, started);
  return database;
}

}  // namespace modelservice
