#include "modelservice/migrate/rebuild_keeper.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
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

// Of `"a" TO "b";`: a and b.
std::vector<std::string> NamesIn(absl::string_view text) {
  std::vector<std::string> names;
  const std::string marked = absl::StrReplaceAll(text, {{"\"\"", "\n"}});
  const std::vector<std::string> pieces = absl::StrSplit(marked, '"');
  for (size_t i = 1; i < pieces.size(); i += 2) {
    names.push_back(absl::StrReplaceAll(pieces[i], {{"\n", "\""}}));
  }
  return names;
}

// Of `INSERT INTO "modelservice_new_customer" (...`: customer.
std::string TableOfCopy(absl::string_view copy) {
  return NamesIn(copy).front().substr(kRebuiltPrefix.size());
}

// The columns of unique indexes of a table that a script makes.
std::vector<std::vector<std::string>> UniqueIndexes(const Script& script,
                                                    const std::string& table) {
  std::vector<std::vector<std::string>> indexes;
  for (const ScriptPart& part : script) {
    for (const std::string& one : part.statements) {
      if (!absl::StartsWith(one, "CREATE UNIQUE INDEX ") ||
          !absl::EndsWith(one, ");") || absl::StrContains(one, " WHERE ")) {
        continue;
      }
      // Of the index, the table, and the columns.
      const std::vector<std::string> names = NamesIn(one);
      if (names.size() < 3 || !absl::EqualsIgnoreCase(names[1], table)) {
        continue;
      }
      indexes.emplace_back(names.begin() + 2, names.end());
    }
  }
  return indexes;
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

std::string RebuildKeeper::NameBefore(std::string table) const {
  for (const ScriptPart& part : backwards_ ? file_.down : file_.up) {
    for (auto one = part.statements.rbegin(); one != part.statements.rend();
         ++one) {
      const std::string to =
          absl::StrCat(" RENAME TO ", QuotedName(table), ";");
      constexpr absl::string_view kAlter = "ALTER TABLE \"";
      if (!absl::StartsWith(*one, kAlter) || !absl::EndsWith(*one, to) ||
          absl::StartsWith(*one, absl::StrCat(kAlter, kRebuiltPrefix))) {
        continue;
      }
      // Quotes are at both ends.
      table = absl::StrReplaceAll(
          one->substr(kAlter.size(),
                      one->size() - kAlter.size() - to.size() - 1),
          {{"\"\"", "\""}});
    }
  }
  return table;
}

bool RebuildKeeper::IsSaid(absl::string_view what) const {
  return std::any_of(file_.dangers.begin(), file_.dangers.end(),
                     [&](const Danger& danger) {
                       return danger.kind == "drop" &&
                              absl::StartsWithIgnoreCase(danger.text, what);
                     });
}

bool RebuildKeeper::IsDropMeant(const std::string& table,
                                const std::string& column) const {
  if (absl::StartsWith(column, kGonePrefix)) return true;
  if (IsSaid(absl::StrCat("column ", column, " of ", table, " goes"))) {
    return true;
  }
  const std::string before = NameBefore(table);
  const std::string added = absl::StrCat("ALTER TABLE ", QuotedName(before),
                                         " ADD COLUMN ", QuotedName(column));
  const std::string made = absl::StrCat(
      "CREATE TABLE ", QuotedName(absl::StrCat(kRebuiltPrefix, before)));
  const std::string definition = absl::StrCat("\n  ", QuotedName(column), " ");
  for (const ScriptPart& part : backwards_ ? file_.up : file_.down) {
    for (const std::string& one : part.statements) {
      if (absl::StartsWithIgnoreCase(one, added) ||
          (absl::StartsWithIgnoreCase(one, made) &&
           HasIgnoringCase(one, definition))) {
        return true;
      }
    }
  }
  return false;
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
        !IsDropMeant(table, column)) {
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
  for (const std::vector<Literal>& row : *columns) {
    const absl::string_view name = row[0].value().text();
    const SqlType type = TypeOfSqlite(row[2].value().text());
    const std::string column = QuotedName(name);
    const std::string is_foreign =
        IsWider(TypeOfSqlite(row[1].value().text()), type)
            ? ""
            : IsForeign(type, row[3].value().integer() > 0, column);
    if (is_foreign.empty()) continue;
    const auto found = session_.Rows(
        absl::StrCat("SELECT count(*), quote(min(", column, ")) FROM ",
                     QuotedName(made), " WHERE ", is_foreign));
    if (!found.ok()) return found.status();
    const int64_t count = (*found)[0][0].value().integer();
    if (count == 0) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(count, count == 1 ? " row" : " rows", " of ", table,
                     " would have in ", name, " what is no ", type.text,
                     ", like ", (*found)[0][1].value().text(),
                     "; change them in a migration of its own first"));
  }
  return absl::OkStatus();
}

std::vector<Renaming> RebuildKeeper::RenamedColumns(
    const std::string& table) const {
  const std::string alter =
      absl::StrCat("ALTER TABLE ", QuotedName(table), " RENAME COLUMN ");
  std::vector<Renaming> renamed;
  for (const ScriptPart& part : backwards_ ? file_.down : file_.up) {
    for (absl::string_view one : part.statements) {
      if (!absl::ConsumePrefix(&one, alter)) continue;
      const std::vector<std::string> names = NamesIn(one);
      if (names.size() == 2) renamed.emplace_back(names[0], names[1]);
    }
  }
  return renamed;
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
  // The other way makes what was there before.
  const std::string name = NameBefore(table);
  const std::string before = absl::StrCat(
      "CREATE TABLE ", QuotedName(absl::StrCat(kRebuiltPrefix, name)), " ");
  for (const ScriptPart& part : backwards_ ? file_.up : file_.down) {
    for (const std::string& one : part.statements) {
      if (absl::StartsWithIgnoreCase(one, before)) rebuilt.before = one;
    }
  }
  rebuilt.made_indexes =
      UniqueIndexes(backwards_ ? file_.down : file_.up, table);
  rebuilt.before_indexes =
      UniqueIndexes(backwards_ ? file_.up : file_.down, name);
  rebuilt.renamed_columns = RenamedColumns(table);
  return rebuilt;
}

absl::Status RebuildKeeper::KeepConstraints(const std::string& table) {
  kept_constraints_.clear();
  const auto rebuilt = ReadRebuilt(table);
  if (!rebuilt.ok()) return rebuilt.status();
  std::string made = rebuilt->made;
  for (const catalog::Constraint& one : UnknownConstraints(*rebuilt)) {
    std::string goes = GoesText(one, table);
    if (IsSaid(goes)) continue;
    made = catalog::WithConstraint(made, catalog::TextOf(one));
    kept_constraints_.push_back(std::move(goes));
  }
  if (kept_constraints_.empty()) return absl::OkStatus();
  const std::string drop = absl::StrCat(
      "DROP TABLE ", QuotedName(absl::StrCat(kRebuiltPrefix, table)), ";");
  if (auto status = session_.Run(drop); !status.ok()) return status;
  return Explained(CopyInto(), session_.Run(made));
}

absl::Status RebuildKeeper::Explained(absl::string_view statement,
                                      const absl::Status& status) const {
  if (status.ok() || kept_constraints_.empty() ||
      !absl::StartsWith(statement, CopyInto())) {
    return status;
  }
  return absl::Status(
      status.code(),
      absl::StrCat(absl::StripSuffix(status.message(), ";"),
                   "; the table keeps what this migration does not know, and "
                   "if that is in its way, write ahead of \"-- up\" what is to "
                   "go: ",
                   absl::StrJoin(kept_constraints_, ", ",
                                 [](std::string* text, const auto& goes) {
                                   absl::StrAppend(text, "\"-- ! drop: ", goes,
                                                   "\"");
                                 })));
}

absl::Status RebuildKeeper::Before(absl::string_view statement) {
  if (absl::StartsWith(statement, CopyInto())) {
    auto status = CheckColumns(statement);
    return status.ok() ? KeepConstraints(TableOfCopy(statement)) : status;
  }
  // `DROP TABLE "name";` of a table whose new form is there.
  if (!DropsTable(statement)) return absl::OkStatus();
  if (const auto names = NamesIn(statement); names.size() == 1) {
    if (auto status = CheckValues(names[0]); !status.ok()) return status;
  }
  const auto rows = session_.Rows(
      "SELECT s.name, s.sql FROM sqlite_master s WHERE s.type IN ('index', "
      "'trigger') AND s.sql IS NOT NULL AND ? = 'DROP TABLE \"' || "
      "replace(s.tbl_name, '\"', '\"\"') || '\";' AND EXISTS (SELECT 1 FROM "
      "sqlite_master n WHERE n.name = ? || s.tbl_name)",
      {Literal(Value::Text(statement)), Literal(Value::Text(kRebuiltPrefix))});
  if (!rows.ok()) return rows.status();
  for (const std::vector<Literal>& row : *rows) {
    kept_.emplace_back(std::string(row[0].value().text()),
                       std::string(row[1].value().text()));
  }
  return absl::OkStatus();
}

absl::Status RebuildKeeper::Finish() {
  for (const auto& [name, sql] : kept_) {
    const auto rows =
        session_.Rows("SELECT 1 FROM sqlite_master WHERE name = ?",
                      {Literal(Value::Text(name))});
    if (!rows.ok()) return rows.status();
    if (!rows->empty()) continue;
    const absl::Status made = session_.Run(sql);
    if (!made.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat("\"", name,
                       "\", which is not the models', does not fit its table "
                       "any more: ",
                       made.message(), "; drop or change it first"));
    }
  }
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
