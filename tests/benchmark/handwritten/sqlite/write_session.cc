#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "handwritten/sqlite/writer.h"

namespace handwritten::sqlite {
namespace {

constexpr char kCreate[] =
    "INSERT INTO perf_user (username, email, created_at, is_active, score)"
    " VALUES (?1, ?2, ?3, ?4, ?5)";
constexpr char kUpdate[] =
    "UPDATE perf_user SET username = ?1, email = ?2, created_at = ?3,"
    " is_active = ?4, score = ?5 WHERE id = ?6";
constexpr char kDestroy[] = "DELETE FROM perf_user WHERE id = ?1";

}  // namespace

absl::StatusOr<std::unique_ptr<WriteSession>> WriteSession::Open(
    const std::string& path) {
  auto connection = Connection::Open(path, Connection::Mode::kWrite);
  if (!connection.ok()) return connection.status();
  auto session = std::make_unique<WriteSession>();
  session->connection = *std::move(connection);
  const std::pair<Statement*, absl::string_view> statements[] = {
      {&session->begin, "BEGIN IMMEDIATE"}, {&session->commit, "COMMIT"},
      {&session->rollback, "ROLLBACK"},     {&session->create, kCreate},
      {&session->update, kUpdate},          {&session->destroy, kDestroy},
      {&session->retrieve, kRetrieve},
  };
  for (const auto& [statement, sql] : statements) {
    auto prepared = session->connection.Prepare(sql);
    if (!prepared.ok()) return prepared.status();
    *statement = *std::move(prepared);
  }
  return session;
}

absl::StatusOr<Statement*> WriteSession::PartialUpdate(unsigned columns) {
  Statement& statement = partial_updates[columns];
  if (statement) return &statement;
  std::string sql = "UPDATE perf_user SET";
  absl::string_view separator = " ";
  for (unsigned i = 0; i < 5; ++i) {
    if ((columns >> i & 1) == 0) continue;
    absl::StrAppend(&sql, separator, kColumnNames[i], " = ?", i + 1);
    separator = ", ";
  }
  absl::StrAppend(&sql, " WHERE id = ?6");
  auto prepared = connection.Prepare(sql);
  if (!prepared.ok()) return prepared.status();
  statement = *std::move(prepared);
  return &statement;
}

absl::Status WriteError(const Connection& connection) {
  const std::string text = connection.ErrorText();
  switch (connection.ExtendedError()) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return absl::AlreadyExistsError(text);
    case SQLITE_CONSTRAINT_NOTNULL:
    case SQLITE_CONSTRAINT_CHECK:
      return absl::InvalidArgumentError(text);
    default:
      return absl::UnavailableError(text);
  }
}

}  // namespace handwritten::sqlite
