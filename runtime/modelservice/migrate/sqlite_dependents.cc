#include "modelservice/migrate/sqlite_dependents.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/migrate/script_parts.h"

namespace modelservice {
namespace {

// `"a" = "a", ...`: what triggers of any column wait for.
absl::StatusOr<std::string> AllToThemselves(DatabaseSession& session,
                                            absl::string_view table) {
  const auto columns = session.Rows("SELECT name FROM pragma_table_info(?)",
                                    {Literal(Value::Text(table))});
  if (!columns.ok()) return columns.status();
  std::string sql;
  for (const std::vector<Literal>& row : *columns) {
    const std::string name = QuotedName(row[0].value().text());
    absl::StrAppend(&sql, sql.empty() ? "" : ", ", name, " = ", name);
  }
  return sql;
}

}  // namespace

absl::StatusOr<std::map<std::string, std::string>> BrokenDependents(
    DatabaseSession& session) {
  std::map<std::string, std::string> broken;
  // EXPLAIN of a statement that is prepared does not look again: each state of
  // the tables has a text of its own.
  const auto version = session.Rows("PRAGMA schema_version");
  if (!version.ok()) return version.status();
  const std::string state =
      absl::StrCat(" -- ", (*version)[0][0].value().integer());
  const auto compile = [&](const std::string& what, const std::string& sql) {
    const auto status =
        session.Rows(absl::StrCat("EXPLAIN ", sql, state)).status();
    if (!status.ok()) {
      absl::string_view words = status.message();
      broken.emplace(what, words.substr(0, words.find("; in: EXPLAIN ")));
    }
  };
  const auto views =
      session.Rows("SELECT name FROM sqlite_master WHERE type = 'view'");
  if (!views.ok()) return views.status();
  for (const std::vector<Literal>& row : *views) {
    const absl::string_view name = row[0].value().text();
    compile(absl::StrCat("view ", name),
            absl::StrCat("SELECT * FROM ", QuotedName(name)));
  }
  const auto tables = session.Rows(
      "SELECT DISTINCT t.name FROM sqlite_master t, sqlite_master r WHERE "
      "t.type = 'table' AND r.type = 'trigger' AND r.tbl_name = t.name");
  if (!tables.ok()) return tables.status();
  for (const std::vector<Literal>& row : *tables) {
    const absl::string_view name = row[0].value().text();
    const auto columns = AllToThemselves(session, name);
    if (!columns.ok()) return columns.status();
    const std::string table = QuotedName(name);
    const std::string what = absl::StrCat(" trigger of ", name);
    compile(absl::StrCat("an INSERT", what),
            absl::StrCat("INSERT INTO ", table, " DEFAULT VALUES"));
    compile(absl::StrCat("an UPDATE", what),
            absl::StrCat("UPDATE ", table, " SET ", *columns));
    compile(absl::StrCat("a DELETE", what),
            absl::StrCat("DELETE FROM ", table));
  }
  return broken;
}

}  // namespace modelservice
