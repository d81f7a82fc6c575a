#include "modelservice/migrate/rebuild_keeper.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/introspect/sqlite_definition.h"
#include "modelservice/migrate/kept_clauses.h"
#include "modelservice/migrate/kept_constraints.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/migrate/sqlite_dependents.h"
#include "modelservice/migrate/type_change.h"
#include "modelservice/schema/own_tables.h"

namespace modelservice {
namespace {

constexpr absl::string_view kDropTable = "DROP TABLE ";

bool DropsTable(absl::string_view statement) {
  return absl::StartsWithIgnoreCase(statement, kDropTable);
}

std::string CopyInto() {
  return absl::StrCat("INSERT INTO \"", kRebuiltPrefix);
}

// Of `INSERT INTO "modelservice_new_customer" (...`: customer.
std::string TableOfCopy(absl::string_view copy) {
  return NamesIn(copy).front().substr(kRebuiltPrefix.size());
}

// What the values of such a column are not, as a condition; empty: they may be
// anything.
std::string IsForeign(const SqlType& type, bool is_key,
                      absl::string_view column) {
  switch (type.kind) {
    case SqlType::Kind::kBool:
      return absl::StrCat(column, " NOT IN (0, 1)");
    case SqlType::Kind::kReal:
      return absl::StrCat("typeof(", column, ") IN ('text', 'blob')");
    case SqlType::Kind::kInteger:
      // A key is INTEGER, however large it may be.
      return absl::StrCat(
          "typeof(", column, ") NOT IN ('integer', 'null')",
          is_key || type.bits > 32
              ? ""
              : absl::StrCat(" OR ", column,
                             " NOT BETWEEN -2147483648 AND 2147483647"));
    default:
      return "";
  }
}

// The first column of the table's key, quoted, or what SQLite has instead.
absl::StatusOr<std::string> KeyOf(DatabaseSession& session,
                                  const std::string& table) {
  const auto rows =
      session.Rows("SELECT name FROM pragma_table_info(?) WHERE pk = 1",
                   {Literal(Value::Text(table))});
  if (!rows.ok()) return rows.status();
  return rows->empty() ? "rowid" : QuotedName((*rows)[0][0].value().text());
}

// What indexes that statements made are over, by name.
absl::StatusOr<std::map<std::string, std::string>> IndexesOf(
    DatabaseSession& session, const std::string& table) {
  const auto rows = session.Rows(
      "SELECT i.name, i.\"unique\" || ' ' || quote(lower(x.name)) || "
      "x.\"desc\" || x.coll, s.sql FROM pragma_index_list(?) i, "
      "pragma_index_xinfo(i.name) x, sqlite_master s WHERE x.key = 1 AND "
      "i.origin = 'c' AND s.type = 'index' AND s.name = i.name AND NOT EXISTS "
      "(SELECT 1 FROM pragma_index_xinfo(i.name) e WHERE e.cid = -2) ORDER BY "
      "i.name, x.seqno",
      {Literal(Value::Text(table))});
  if (!rows.ok()) return rows.status();
  std::map<std::string, std::string> indexes;
  for (const std::vector<Literal>& row : *rows) {
    std::string& what = indexes[std::string(row[0].value().text())];
    absl::StrAppend(&what,
                    what.empty() ? catalog::WhereOf(row[2].value().text()) : "",
                    ";", row[1].value().text());
  }
  return indexes;
}

bool HasIgnoringCase(absl::string_view text, absl::string_view part) {
  return absl::StrContains(absl::AsciiStrToLower(text),
                           absl::AsciiStrToLower(part));
}

}  // namespace

bool RebuildKeeper::IsNeeded(const ScriptPart& part) {
  return std::any_of(part.statements.begin(), part.statements.end(),
                     DropsTable);
}

absl::Status RebuildKeeper::Start() {
  auto violations = CountViolations();
  if (!violations.ok()) return violations.status();
  violations_ = *std::move(violations);
  auto broken = BrokenDependents(session_);
  if (!broken.ok()) return broken.status();
  broken_ = *std::move(broken);
  return absl::OkStatus();
}

absl::StatusOr<RebuildKeeper::Violations> RebuildKeeper::CountViolations() {
  const auto rows = session_.Rows("PRAGMA foreign_key_check");
  if (!rows.ok()) return rows.status();
  Violations violations;
  for (const std::vector<Literal>& row : *rows) {
    ++violations[{std::string(row[0].value().text()),
                  std::string(row[2].value().text())}];
  }
  return violations;
}

absl::Status RebuildKeeper::CheckColumns(absl::string_view copy) {
  const std::string table = TableOfCopy(copy);
  const absl::string_view copied =
      copy.substr(0, copy.rfind("\nFROM "))
          .substr(CopyInto().size() + table.size());
  const auto rows =
      session_.Rows("SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1",
                    {Literal(Value::Text(table))});
  if (!rows.ok()) return rows.status();
  std::vector<std::string> lost;
  for (const std::vector<Literal>& row : *rows) {
    std::string column(row[0].value().text());
    if (!HasIgnoringCase(copied, QuotedName(column)) &&
        !script_.IsDropMeant(table, column)) {
      lost.push_back(std::move(column));
    }
  }
  if (lost.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the table ", table,
      " has what this migration does not know and would "
      "drop, with what it holds: ",
      lost.size() == 1 ? "column " : "columns ", absl::StrJoin(lost, ", "),
      "; if another migration made it, delete this one's file and run "
      "makemigrations again; to keep it else, write it into the statements "
      "CREATE TABLE and INSERT of ",
      QuotedName(absl::StrCat(kRebuiltPrefix, table)),
      "; if it is to go, write the line \"-- ! drop: column ", lost[0], " of ",
      table, " goes\" ahead of \"-- up\""));
}

absl::Status RebuildKeeper::CheckValues(const std::string& table) {
  const std::string made = absl::StrCat(kRebuiltPrefix, table);
  const auto columns = session_.Rows(
      "SELECT n.name, o.type, n.type, n.pk FROM pragma_table_xinfo(?) o, "
      "pragma_table_xinfo(?) n WHERE lower(o.name) = lower(n.name) AND o.type "
      "<> n.type",
      {Literal(Value::Text(table)), Literal(Value::Text(made))});
  if (!columns.ok()) return columns.status();
  const auto key = KeyOf(session_, made);
  if (!key.ok()) return key.status();
  for (const std::vector<Literal>& row : *columns) {
    const absl::string_view name = row[0].value().text();
    const SqlType type = TypeOfSqlite(row[2].value().text());
    const std::string column = QuotedName(name);
    const std::string is_foreign =
        IsWider(TypeOfSqlite(row[1].value().text()), type)
            ? ""
            : IsForeign(type, row[3].value().integer() > 0, column);
    if (is_foreign.empty()) continue;
    // What stands beside the one min() is of its row.
    const auto found = session_.Rows(
        absl::StrCat("SELECT count(*), quote(", column, "), quote(min(", *key,
                     ")) FROM ", QuotedName(made), " WHERE ", is_foreign));
    if (!found.ok()) return found.status();
    const int64_t count = (*found)[0][0].value().integer();
    if (count == 0) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        count, count == 1 ? " row" : " rows", " of ", table, " would have in ",
        name, " what is no ", type.text, ", like ",
        (*found)[0][1].value().text(), " in the row of ", *key, " ",
        (*found)[0][2].value().text(),
        "; change them in a migration of its own first"));
  }
  return absl::OkStatus();
}

absl::StatusOr<RebuiltTable> RebuildKeeper::ReadRebuilt(
    const std::string& table) {
  RebuiltTable rebuilt;
  const std::string made = absl::StrCat(kRebuiltPrefix, table);
  const auto rows = session_.Rows(
      "SELECT t.sql, n.sql FROM sqlite_master t, sqlite_master n WHERE t.type "
      "= 'table' AND n.type = 'table' AND lower(t.name) = lower(?) AND "
      "lower(n.name) = lower(?)",
      {Literal(Value::Text(table)), Literal(Value::Text(made))});
  if (!rows.ok()) return rows.status();
  if (rows->size() != 1) return rebuilt;
  rebuilt.live = std::string((*rows)[0][0].value().text());
  rebuilt.made = std::string((*rows)[0][1].value().text());
  const auto gone = session_.Rows(
      "SELECT name FROM pragma_table_xinfo(?) WHERE lower(name) NOT IN (SELECT "
      "lower(name) FROM pragma_table_xinfo(?))",
      {Literal(Value::Text(table)), Literal(Value::Text(made))});
  if (!gone.ok()) return gone.status();
  for (const std::vector<Literal>& row : *gone) {
    rebuilt.gone.emplace_back(row[0].value().text());
  }
  script_.Describe(table, &rebuilt);
  return rebuilt;
}

absl::Status RebuildKeeper::KeepUnknown(const std::string& table) {
  const auto rebuilt = ReadRebuilt(table);
  if (!rebuilt.ok()) return rebuilt.status();
  const auto is_said = [&](const std::string& what) {
    return script_.IsSaid(what);
  };
  auto clauses = WithKeptClauses(*rebuilt, table, is_said);
  if (!clauses.ok()) return clauses.status();
  kept_texts_ = std::move(clauses->kept);
  sequence_of_ = clauses->autoincrement ? table : "";
  std::string made = std::move(clauses->made);
  for (const catalog::Constraint& one : UnknownConstraints(*rebuilt)) {
    std::string goes = GoesText(one, table);
    if (is_said(goes)) continue;
    made = catalog::WithConstraint(made, catalog::TextOf(one));
    kept_texts_.push_back(std::move(goes));
  }
  if (kept_texts_.empty()) return absl::OkStatus();
  const std::string drop = absl::StrCat(
      "DROP TABLE ", QuotedName(absl::StrCat(kRebuiltPrefix, table)), ";");
  if (auto status = session_.Run(drop); !status.ok()) return status;
  return Explained(CopyInto(), session_.Run(made));
}

absl::Status RebuildKeeper::KeepSequence(const std::string& table) {
  if (sequence_of_ != table) return absl::OkStatus();
  sequence_of_.clear();
  const Literal made(Value::Text(absl::StrCat(kRebuiltPrefix, table)));
  auto status =
      session_.Rows("DELETE FROM sqlite_sequence WHERE name = ?", {made})
          .status();
  if (!status.ok()) return status;
  return session_
      .Rows(
          "INSERT INTO sqlite_sequence (name, seq) SELECT ?, seq FROM "
          "sqlite_sequence WHERE lower(name) = lower(?)",
          {made, Literal(Value::Text(table))})
      .status();
}

absl::Status RebuildKeeper::Explained(absl::string_view statement,
                                      const absl::Status& status) const {
  if (status.ok() || kept_texts_.empty() ||
      !absl::StartsWith(statement, CopyInto())) {
    return status;
  }
  return absl::Status(
      status.code(),
      absl::StrCat(absl::StripSuffix(status.message(), ";"),
                   "; the table keeps what this migration does not know, and "
                   "if that is in its way, write ahead of \"-- up\" what is to "
                   "go: ",
                   absl::StrJoin(kept_texts_, ", ",
                                 [](std::string* text, const auto& goes) {
                                   absl::StrAppend(text, "\"-- ! drop: ", goes,
                                                   "\"");
                                 })));
}

absl::Status RebuildKeeper::Before(absl::string_view statement) {
  if (absl::StartsWith(statement, CopyInto())) {
    auto status = CheckColumns(statement);
    return status.ok() ? KeepUnknown(TableOfCopy(statement)) : status;
  }
  // `DROP TABLE "name";` of a table whose new form is there.
  if (!DropsTable(statement)) return absl::OkStatus();
  if (const auto names = NamesIn(statement); names.size() == 1) {
    if (auto status = CheckValues(names[0]); !status.ok()) return status;
    if (auto status = KeepSequence(names[0]); !status.ok()) return status;
  }
  const auto rows = session_.Rows(
      "SELECT s.name, s.sql, s.tbl_name FROM sqlite_master s WHERE s.type IN "
      "('index', "
      "'trigger') AND s.sql IS NOT NULL AND ? = 'DROP TABLE \"' || "
      "replace(s.tbl_name, '\"', '\"\"') || '\";' AND EXISTS (SELECT 1 FROM "
      "sqlite_master n WHERE n.name = ? || s.tbl_name)",
      {Literal(Value::Text(statement)), Literal(Value::Text(kRebuiltPrefix))});
  if (!rows.ok()) return rows.status();
  for (const std::vector<Literal>& row : *rows) {
    kept_.push_back({std::string(row[0].value().text()),
                     std::string(row[1].value().text()),
                     std::string(row[2].value().text())});
  }
  return absl::OkStatus();
}

absl::Status RebuildKeeper::DropTwins(const std::set<std::string>& others) {
  std::set<std::string> tables;
  std::set<std::string> kept;
  for (const KeptObject& one : kept_) {
    tables.insert(one.table);
    kept.insert(one.name);
  }
  for (const std::string& table : tables) {
    const auto indexes = IndexesOf(session_, table);
    if (!indexes.ok()) return indexes.status();
    for (const auto& [name, what] : *indexes) {
      if (kept.count(name) > 0) continue;
      const bool is_twin = std::any_of(
          indexes->begin(), indexes->end(), [&, &what = what](const auto& one) {
            return others.count(one.first) > 0 && one.second == what;
          });
      if (!is_twin) continue;
      const auto status =
          session_.Run(absl::StrCat("DROP INDEX ", QuotedName(name), ";"));
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

absl::Status RebuildKeeper::Finish() {
  std::set<std::string> others;
  for (const auto& [name, sql, table] : kept_) {
    const auto rows = session_.Rows(
        "SELECT 1 FROM sqlite_master WHERE lower(name) = lower(?)",
        {Literal(Value::Text(name))});
    if (!rows.ok()) return rows.status();
    if (!rows->empty()) continue;
    others.insert(name);
    const absl::Status made = session_.Run(sql);
    if (!made.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat("\"", name,
                       "\", which is not the models', does not fit its table "
                       "any more: ",
                       made.message(), "; drop or change it first"));
    }
  }
  if (auto status = DropTwins(others); !status.ok()) return status;
  const auto broken = BrokenDependents(session_);
  if (!broken.ok()) return broken.status();
  for (const auto& [what, why] : *broken) {
    if (broken_.count(what) > 0) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(what,
                     ", which is not the models', would not work any "
                     "more: ",
                     why, "; drop or change it first"));
  }
  auto violations = CountViolations();
  if (!violations.ok()) return violations.status();
  size_t more = 0;
  size_t gone = 0;  // of tables with another name now, too
  std::string told;
  for (const auto& [tables, count] : *violations) {
    const size_t before = violations_[tables];
    if (count <= before) continue;
    more += count - before;
    absl::StrAppend(&told, count - before, " rows of ", tables.first,
                    " would refer to rows of ", tables.second,
                    " that are not there; ");
  }
  for (const auto& [tables, count] : violations_) {
    gone += count - std::min(count, (*violations)[tables]);
  }
  if (more <= gone) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(told, "delete or change them in a migration ahead of it"));
}

}  // namespace modelservice
