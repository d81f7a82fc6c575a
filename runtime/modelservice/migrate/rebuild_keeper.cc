#include "modelservice/migrate/rebuild_keeper.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "modelservice/migrate/script_parts.h"

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
  const std::string text =
      absl::StrReplaceAll(copy.substr(CopyInto().size()), {{"\"\"", "\n"}});
  return absl::StrReplaceAll(text.substr(0, text.find('"')), {{"\n", "\""}});
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
  const auto violations = CountViolations();
  if (!violations.ok()) return violations.status();
  violations_ = *violations;
  return absl::OkStatus();
}

absl::StatusOr<size_t> RebuildKeeper::CountViolations() {
  const auto rows = session_.Rows("PRAGMA foreign_key_check");
  if (!rows.ok()) return rows.status();
  return rows->size();
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

bool RebuildKeeper::IsDropMeant(const std::string& table,
                                const std::string& column) const {
  if (absl::StartsWith(column, kGonePrefix)) return true;
  const std::string said =
      absl::StrCat("column ", column, " of ", table, " goes");
  for (const Danger& danger : file_.dangers) {
    if (danger.kind == "drop" &&
        absl::StartsWithIgnoreCase(danger.text, said)) {
      return true;
    }
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

absl::Status RebuildKeeper::Before(absl::string_view statement) {
  if (absl::StartsWith(statement, CopyInto())) return CheckColumns(statement);
  // `DROP TABLE "name";` of a table whose new form is there.
  if (!DropsTable(statement)) return absl::OkStatus();
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
  const auto violations = CountViolations();
  if (!violations.ok()) return violations.status();
  if (*violations > violations_) {
    return absl::FailedPreconditionError(absl::StrCat(
        *violations - violations_,
        " rows would refer to rows that are not there; PRAGMA "
        "foreign_key_check names those of now; delete or change the others in "
        "a migration of its own first"));
  }
  return absl::OkStatus();
}

}  // namespace modelservice
