#include "modelservice/migrate/account.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace modelservice {
namespace {

constexpr absl::string_view kMake = R"sql(
CREATE TABLE IF NOT EXISTS modelservice_migration (
  name TEXT NOT NULL PRIMARY KEY,
  checksum TEXT NOT NULL,
  parts INTEGER NOT NULL,
  backwards INTEGER NOT NULL,
  applied_at TEXT NOT NULL,
  seconds DOUBLE PRECISION NOT NULL
);)sql";

constexpr absl::string_view kColumns =
    "name, checksum, parts, backwards, applied_at, seconds";

absl::StatusOr<bool> IsThere(DatabaseSession& session) {
  const auto rows = session.Rows(
      session.dialect().has_schemas()
          ? "SELECT 1::int8 WHERE to_regclass('modelservice_migration') IS NOT "
            "NULL"
          : "SELECT 1 FROM sqlite_master WHERE name = "
            "'modelservice_migration'");
  if (!rows.ok()) return rows.status();
  return !rows->empty();
}

absl::StatusOr<std::vector<AppliedMigration>> Read(
    DatabaseSession& session, absl::string_view condition,
    absl::Span<const Literal> values) {
  const auto is_there = IsThere(session);
  if (!is_there.ok()) return is_there.status();
  std::vector<AppliedMigration> applied;
  if (!*is_there) return applied;
  const auto rows = session.Rows(
      absl::StrCat("SELECT ", kColumns, " FROM modelservice_migration ",
                   condition, " ORDER BY name"),
      values);
  if (!rows.ok()) return rows.status();
  for (const std::vector<Literal>& row : *rows) {
    AppliedMigration& one = applied.emplace_back();
    one.name = std::string(row[0].value().text());
    const std::pair<absl::string_view, absl::string_view> checksums =
        absl::StrSplit(row[1].value().text(), absl::MaxSplits('+', 1));
    one.checksum = std::string(checksums.first);
    one.parts_checksum = std::string(checksums.second);
    one.parts = static_cast<size_t>(row[2].value().integer());
    one.backwards = row[3].value().integer() != 0;
    one.time = std::string(row[4].value().text());
    one.seconds = row[5].value().real();
  }
  return applied;
}

}  // namespace

absl::Status MakeAccount(DatabaseSession& session) {
  if (session.dialect().has_schemas()) {
    // Who may make no tables may have the one that is there already.
    const auto rows = session.Rows(
        "SELECT 1::int8 WHERE to_regclass(quote_ident(current_schema()) || "
        "'.modelservice_migration') IS NOT NULL");
    if (!rows.ok() || !rows->empty()) return rows.status();
  }
  return session.Run(kMake);
}

absl::StatusOr<std::vector<AppliedMigration>> ReadAccount(
    DatabaseSession& session) {
  return Read(session, "", {});
}

absl::StatusOr<std::optional<AppliedMigration>> ReadAccount(
    DatabaseSession& session, absl::string_view name) {
  const auto rows =
      Read(session, "WHERE name = ?", {Literal(Value::Text(name))});
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return std::nullopt;
  return rows->front();
}

AccountStatement WriteAccount(const AppliedMigration& row) {
  const std::string checksum =
      row.parts_checksum.empty()
          ? row.checksum
          : absl::StrCat(row.checksum, "+", row.parts_checksum);
  return {absl::StrCat("INSERT INTO modelservice_migration (", kColumns,
                       ") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO "
                       "UPDATE SET checksum = excluded.checksum, parts = "
                       "excluded.parts, backwards = excluded.backwards, "
                       "applied_at = excluded.applied_at, seconds = "
                       "excluded.seconds"),
          {Literal(Value::Text(row.name)), Literal(Value::Text(checksum)),
           Literal(Value::Integer(static_cast<int64_t>(row.parts))),
           Literal(Value::Integer(row.backwards ? 1 : 0)),
           Literal(Value::Text(row.time)), Literal(Value::Real(row.seconds))}};
}

AccountStatement ForgetInAccount(absl::string_view name) {
  return {"DELETE FROM modelservice_migration WHERE name = ?",
          {Literal(Value::Text(name))}};
}

}  // namespace modelservice
