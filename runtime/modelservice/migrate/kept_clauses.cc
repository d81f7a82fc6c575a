#include "modelservice/migrate/kept_clauses.h"

#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/introspect/sqlite_clauses.h"
#include "modelservice/introspect/sqlite_definition.h"
#include "modelservice/introspect/sqlite_tokens.h"
#include "modelservice/migrate/equivalence.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/schema/own_tables.h"

namespace modelservice {
namespace {

using catalog::Clause;
using catalog::ColumnClauses;
using catalog::Constraint;
using catalog::TableClauses;

// Whether `PRIMARY KEY ("id", ...)` names the column: one may be called like
// the words around the names.
bool IsNamed(const Clause& key, absl::string_view column) {
  const auto tokens = catalog::SqliteTokens(key.text);
  for (size_t i = 1; i < tokens.size(); ++i) {
    const absl::string_view ahead = tokens[i - 1].text;
    if (tokens[i].depth == 1 && (ahead == "(" || ahead == ",") &&
        absl::EqualsIgnoreCase(catalog::UnquotedName(tokens[i].text), column)) {
      return true;
    }
  }
  return false;
}

class ClauseKeeper {
 public:
  ClauseKeeper(const RebuiltTable& table, absl::string_view name,
               absl::FunctionRef<bool(const std::string&)> is_said)
      : table_(table),
        name_(name),
        is_said_(is_said),
        live_(catalog::ClausesOf(table.live)),
        made_(catalog::ClausesOf(table.made)),
        before_(catalog::ClausesOf(table.before)) {
    for (ColumnClauses& column : before_.columns) {
      for (const auto& [from, to] : table.renamed_columns) {
        if (absl::EqualsIgnoreCase(column.name, from)) column.name = to;
      }
    }
  }

  absl::StatusOr<KeptClauses> Keep() {
    // The clauses that others cannot come ahead of are first.
    KeepOfKey();
    KeepDeferrals();
    for (const ColumnClauses& column : live_.columns) {
      const ColumnClauses* const made = made_.Find(column.name);
      if (made == nullptr) continue;
      if (auto status = CheckComputed(column, *made); !status.ok()) {
        return status;
      }
      KeepOfColumn(column, *made);
    }
    KeepCollationOfKey();
    KeepOptions();
    kept_.made = table_.made;
    for (auto one = added_.rbegin(); one != added_.rend(); ++one) {
      kept_.made.insert(one->first, one->second);
    }
    return std::move(kept_);
  }

 private:
  // Adds `text` at a place of the new form, unless it is to go.
  bool Add(size_t at, absl::string_view text, absl::string_view what) {
    std::string goes = absl::StrCat(what, " of ", name_, " goes");
    if (is_said_(goes)) return false;
    absl::StrAppend(&added_[at], text);
    kept_.kept.push_back(std::move(goes));
    return true;
  }

  // Whether the migration itself takes it away. Where its other way does not
  // make the table anew, this one changes no column that stays; without another
  // way nobody knows.
  bool IsBefore(absl::string_view column, Clause::Kind kind) const {
    if (table_.before.empty()) return !table_.has_other_way;
    const ColumnClauses* const before = before_.Find(column);
    return before != nullptr && before->Find(kind) != nullptr;
  }

  static const Constraint* ReferenceOf(const std::vector<Constraint>& all,
                                       const Constraint& like) {
    for (const Constraint& one : all) {
      if (one.kind == Constraint::Kind::kReference &&
          SetOf(one.columns) == SetOf(like.columns)) {
        return &one;
      }
    }
    return nullptr;
  }

  void KeepDeferrals() {
    const std::vector<Constraint> made = catalog::ConstraintsOf(table_.made);
    for (const Constraint& one : catalog::ConstraintsOf(table_.live)) {
      if (one.kind != Constraint::Kind::kReference) continue;
      const std::string deferral = catalog::DeferralOf(one);
      const Constraint* const found = ReferenceOf(made, one);
      if (deferral.empty() || found == nullptr ||
          absl::StrContains(absl::AsciiStrToUpper(found->sql), "DEFERRABLE")) {
        continue;
      }
      Add(found->end, absl::StrCat(" ", deferral),
          absl::StrCat("deferrable (", absl::StrJoin(one.columns, ", "), ")"));
    }
  }

  absl::Status CheckComputed(const ColumnClauses& live,
                             const ColumnClauses& made) const {
    const Clause* const computed = live.Find(Clause::Kind::kGenerated);
    const std::string goes =
        absl::StrCat("generated (", live.name, ") of ", name_, " goes");
    if (computed == nullptr || made.Find(Clause::Kind::kGenerated) != nullptr ||
        is_said_(goes)) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(absl::StrCat(
        "the table ", name_, " has a column ", live.name,
        " that is computed, which this migration does not know and would make "
        "a plain one: write ",
        computed->text, " into the CREATE TABLE of ",
        QuotedName(absl::StrCat(kRebuiltPrefix, name_)),
        " and take the column out of its INSERT, or, if it is to be a plain "
        "one, write the line \"-- ! drop: ",
        goes, "\" ahead of \"-- up\""));
  }

  bool IsOfKey(const ColumnClauses& made) const {
    return made.Find(Clause::Kind::kPrimaryKey) != nullptr ||
           (!made_.key.empty() && IsNamed(made_.key[0], made.name));
  }

  void KeepOfColumn(const ColumnClauses& live, const ColumnClauses& made) {
    using Kind = Clause::Kind;
    const Clause* const not_null = made.Find(Kind::kNotNull);
    if (not_null != nullptr) {
      KeepConflict(live.Find(Kind::kNotNull), *not_null,
                   absl::StrCat("(", live.name, ")"));
    }
    for (const auto& [kind, what] : {std::pair(Kind::kCollate, "collate"),
                                     std::pair(Kind::kDefault, "default"),
                                     std::pair(Kind::kNotNull, "not null")}) {
      const Clause* const one = live.Find(kind);
      if (one == nullptr || made.Find(kind) != nullptr ||
          IsBefore(live.name, kind) ||
          (kind == Kind::kNotNull && IsOfKey(made))) {
        continue;
      }
      Add(made.end, absl::StrCat(" ", one->text),
          absl::StrCat(what, " (", live.name, ")"));
    }
  }

  void KeepConflict(const Clause* live, const Clause& made,
                    absl::string_view of) {
    if (live == nullptr || live->conflict.empty() || !made.conflict.empty()) {
      return;
    }
    Add(made.conflict_at, absl::StrCat(" ", live->conflict),
        absl::StrCat("on conflict ", of));
  }

  void KeepOfKey() {
    const Clause* const live = live_.PrimaryKey();
    const Clause* const made = made_.PrimaryKey();
    if (live == nullptr || made == nullptr) return;
    KeepConflict(live, *made, "(primary key)");
    KeepAutoincrement(*live, *made);
  }

  void KeepCollationOfKey() {
    const Clause* const live = live_.PrimaryKey();
    const Clause* const made = made_.PrimaryKey();
    if (live == nullptr || made == nullptr) return;
    // What is equal by a collation is so to an index of its own, too.
    const size_t open = live->text.find('(');
    if (open != std::string::npos && HasCollation(live->text) &&
        !HasCollation(made->text)) {
      const size_t close = live->text.rfind(')');
      Add(made_.inside_end,
          absl::StrCat("\n, UNIQUE ",
                       live->text.substr(open, close - open + 1)),
          "collate (primary key)");
    }
  }
  static bool HasCollation(absl::string_view text) {
    return absl::StrContains(absl::AsciiStrToUpper(text), "COLLATE");
  }

  void KeepAutoincrement(const Clause& live, const Clause& made) {
    if (!live.autoincrement || made.autoincrement) return;
    if (table_.before.empty() ? !table_.has_other_way
                              : catalog::HasAutoincrement(table_.before)) {
      return;
    }
    for (const ColumnClauses& column : live_.columns) {
      const ColumnClauses* const same = made_.Find(column.name);
      const bool was_key = column.Find(Clause::Kind::kPrimaryKey) != nullptr ||
                           IsNamed(live, column.name);
      if (!was_key || same == nullptr || !IsOfKey(*same)) continue;
      kept_.autoincrement =
          Add(made.autoincrement_at, " AUTOINCREMENT", "autoincrement");
      return;
    }
  }

  void KeepOptions() {
    bool has_some = made_.strict || made_.without_rowid;
    for (const auto& [is_live, is_made, text, what] :
         {std::make_tuple(live_.strict, made_.strict, "STRICT", "strict"),
          std::make_tuple(live_.without_rowid, made_.without_rowid,
                          "WITHOUT ROWID", "without rowid")}) {
      if (!is_live || is_made) continue;
      if (Add(made_.end, absl::StrCat(has_some ? ", " : " ", text), what)) {
        has_some = true;
      }
    }
  }

  const RebuiltTable& table_;
  const absl::string_view name_;
  const absl::FunctionRef<bool(const std::string&)> is_said_;
  const TableClauses live_;
  const TableClauses made_;
  TableClauses before_;
  std::map<size_t, std::string> added_;
  KeptClauses kept_;
};

}  // namespace

absl::StatusOr<KeptClauses> WithKeptClauses(
    const RebuiltTable& table, absl::string_view name,
    absl::FunctionRef<bool(const std::string&)> is_said) {
  return ClauseKeeper(table, name, is_said).Keep();
}

}  // namespace modelservice
