#include "modelservice/manage/databases.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/sqlite/session.h"
#include "modelservice/sqlite.h"
#if MODELSERVICE_HAS_POSTGRES
#include "modelservice/db/postgres/session.h"
#include "modelservice/postgres.h"
#endif

namespace modelservice {
namespace {

absl::Status UnknownKind(absl::string_view url) {
  // Without what follows the scheme: it may hold a password.
  return absl::InvalidArgumentError(
      absl::StrCat("database \"", url.substr(0, url.find(':')),
                   ":...\": no such kind of database; use sqlite:path, like "
                   "sqlite:shop.db, or postgresql://user@host/database"));
}

#if MODELSERVICE_HAS_POSTGRES
absl::StatusOr<std::unique_ptr<Database>> OpenPostgresUrl(
    absl::string_view url) {
  auto options = ParsePostgresUrl(url);
  if (!options.ok()) return options.status();
  return OpenPostgres(*options);
}
absl::StatusOr<std::unique_ptr<DatabaseSession>> OpenPostgresUrlSession(
    absl::string_view url) {
  auto options = ParsePostgresUrl(url);
  if (!options.ok()) return options.status();
  return OpenPostgresSession(*options);
}
#else
absl::Status OpenPostgresUrl(absl::string_view) {
  return absl::UnimplementedError(
      "this program was built without PostgreSQL; install libpq 14 or later "
      "(libpq-dev) and build modelservice again");
}
absl::Status OpenPostgresUrlSession(absl::string_view url) {
  return OpenPostgresUrl(url);
}
#endif

}  // namespace

absl::StatusOr<const Dialect*> DialectOf(absl::string_view url) {
  if (absl::StartsWith(url, "sqlite:")) return &SqliteDialect();
  if (absl::StartsWith(url, "postgresql://") ||
      absl::StartsWith(url, "postgres://")) {
    return &PostgresDialect();
  }
  return UnknownKind(url);
}

absl::StatusOr<std::unique_ptr<Database>> OpenDatabase(absl::string_view url,
                                                       DatabaseAccess access) {
  const absl::StatusOr<const Dialect*> dialect = DialectOf(url);
  if (!dialect.ok()) return dialect.status();
  if (*dialect == &PostgresDialect()) return OpenPostgresUrl(url);
  auto options = ParseSqliteUrl(url);
  if (!options.ok()) return options.status();
  options->read_only = access == DatabaseAccess::kReadOnly;
  return OpenSqlite(*options);
}

absl::StatusOr<std::unique_ptr<DatabaseSession>> OpenSession(
    absl::string_view url) {
  const absl::StatusOr<const Dialect*> dialect = DialectOf(url);
  if (!dialect.ok()) return dialect.status();
  if (*dialect == &PostgresDialect()) return OpenPostgresUrlSession(url);
  auto options = ParseSqliteUrl(url);
  if (!options.ok()) return options.status();
  return OpenSqliteSession(*options);
}

}  // namespace modelservice
