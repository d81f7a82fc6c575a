#include "modelservice/migrate/rebuild_script.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/schema/own_tables.h"

namespace modelservice {
namespace {

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

bool ContainsIgnoringCase(absl::string_view text, absl::string_view part) {
  return absl::StrContains(absl::AsciiStrToLower(text),
                           absl::AsciiStrToLower(part));
}

std::string MakingAnew(const std::string& table) {
  return absl::StrCat("CREATE TABLE ",
                      QuotedName(absl::StrCat(kRebuiltPrefix, table)), " ");
}

}  // namespace

std::vector<std::string> NamesIn(absl::string_view text) {
  std::vector<std::string> names;
  const std::string marked = absl::StrReplaceAll(text, {{"\"\"", "\n"}});
  const std::vector<std::string> pieces = absl::StrSplit(marked, '"');
  for (size_t i = 1; i < pieces.size(); i += 2) {
    names.push_back(absl::StrReplaceAll(pieces[i], {{"\n", "\""}}));
  }
  return names;
}

std::string RebuildScript::NameBefore(std::string table) const {
  for (const ScriptPart& part : way_) {
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

bool RebuildScript::IsSaid(absl::string_view what) const {
  return std::any_of(file_.dangers.begin(), file_.dangers.end(),
                     [&](const Danger& danger) {
                       return danger.kind == "drop" &&
                              absl::StartsWithIgnoreCase(danger.text, what);
                     });
}

bool RebuildScript::IsDropMeant(const std::string& table,
                                const std::string& column) const {
  if (absl::StartsWith(column, kGonePrefix)) return true;
  if (IsSaid(absl::StrCat("column ", column, " of ", table, " goes"))) {
    return true;
  }
  const std::string before = NameBefore(table);
  const std::string added = absl::StrCat("ALTER TABLE ", QuotedName(before),
                                         " ADD COLUMN ", QuotedName(column));
  const std::string made = MakingAnew(before);
  const std::string definition = absl::StrCat("\n  ", QuotedName(column), " ");
  for (const ScriptPart& part : other_way_) {
    for (const std::string& one : part.statements) {
      if (absl::StartsWithIgnoreCase(one, added) ||
          (absl::StartsWithIgnoreCase(one, made) &&
           ContainsIgnoringCase(one, definition))) {
        return true;
      }
    }
  }
  return false;
}

std::vector<Renaming> RebuildScript::RenamedColumns(
    const std::string& table) const {
  const std::string alter =
      absl::StrCat("ALTER TABLE ", QuotedName(table), " RENAME COLUMN ");
  std::vector<Renaming> renamed;
  for (const ScriptPart& part : way_) {
    for (absl::string_view one : part.statements) {
      if (!absl::ConsumePrefix(&one, alter)) continue;
      const std::vector<std::string> names = NamesIn(one);
      if (names.size() == 2) renamed.emplace_back(names[0], names[1]);
    }
  }
  return renamed;
}

void RebuildScript::Describe(const std::string& table,
                             RebuiltTable* rebuilt) const {
  // The other way makes what was there before.
  const std::string name = NameBefore(table);
  for (const ScriptPart& part : other_way_) {
    for (const std::string& one : part.statements) {
      if (absl::StartsWithIgnoreCase(one, MakingAnew(name))) {
        rebuilt->before = one;
      }
    }
  }
  rebuilt->has_other_way = !other_way_.empty();
  rebuilt->made_indexes = UniqueIndexes(way_, table);
  rebuilt->before_indexes = UniqueIndexes(other_way_, name);
  rebuilt->renamed_columns = RenamedColumns(table);
}

}  // namespace modelservice
