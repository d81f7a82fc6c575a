#include "modelservice/migrate/kept_constraints.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/migrate/equivalence.h"

namespace modelservice {
namespace {

using catalog::Constraint;
using ConstraintKind = catalog::Constraint::Kind;

bool Answers(const Constraint& live, const Constraint& known) {
  if (live.kind != known.kind) return false;
  if (!live.name.empty() && absl::EqualsIgnoreCase(live.name, known.name)) {
    return true;
  }
  if (live.kind != ConstraintKind::kCheck) {
    return SetOf(live.columns) == SetOf(known.columns);
  }
  // Where neither can be read, no name is not a name that both have.
  return IsSame(CheckSpec{absl::StrCat("live ", live.name), live.sql},
                CheckSpec{known.name, known.sql});
}

bool IsAmong(const Constraint& live, const std::vector<Constraint>& known) {
  return std::any_of(known.begin(), known.end(),
                     [&](const Constraint& one) { return Answers(live, one); });
}

// What is unique by a collation, or says what to do ON CONFLICT, is more than
// what is unique only, and stays beside it.
bool SaysMore(const Constraint& live, const std::vector<Constraint>& made) {
  return live.kind == ConstraintKind::kUnique && !live.sql.empty() &&
         std::none_of(made.begin(), made.end(), [&](const Constraint& one) {
           return one.kind == live.kind && one.sql == live.sql;
         });
}

std::vector<Constraint> AllOf(
    const std::string& create_table,
    const std::vector<std::vector<std::string>>& indexes) {
  std::vector<Constraint> all = catalog::ConstraintsOf(create_table);
  for (const std::vector<std::string>& columns : indexes) {
    Constraint& one = all.emplace_back();
    one.kind = ConstraintKind::kUnique;
    one.columns = columns;
  }
  return all;
}

bool NamesAny(const Constraint& constraint,
              const std::vector<std::string>& columns) {
  return std::any_of(
      columns.begin(), columns.end(), [&](const std::string& column) {
        return constraint.kind == ConstraintKind::kCheck
                   ? catalog::Mentions(constraint.sql, column)
                   : SetOf(constraint.columns).count(*SetOf({column}).begin()) >
                         0;
      });
}

}  // namespace

std::vector<Constraint> UnknownConstraints(const RebuiltTable& table) {
  const std::vector<Constraint> made = AllOf(table.made, table.made_indexes);
  std::vector<Constraint> before = AllOf(table.before, table.before_indexes);
  for (Constraint& one : before) {
    for (std::string& column : one.columns) {
      for (const auto& [from, to] : table.renamed_columns) {
        if (absl::EqualsIgnoreCase(column, from)) column = to;
      }
    }
  }
  std::vector<Constraint> unknown;
  for (Constraint& one : catalog::ConstraintsOf(table.live)) {
    const bool is_known =
        IsAmong(one, made) ? !SaysMore(one, made) : IsAmong(one, before);
    if (!is_known && !NamesAny(one, table.gone)) {
      unknown.push_back(std::move(one));
    }
  }
  return unknown;
}

std::string GoesText(const Constraint& constraint, absl::string_view table) {
  const std::string columns =
      absl::StrCat("(", absl::StrJoin(constraint.columns, ", "), ")");
  // On one line.
  std::string condition = absl::StrCat("(", constraint.sql, ")");
  absl::RemoveExtraAsciiWhitespace(&condition);
  switch (constraint.kind) {
    case ConstraintKind::kCheck:
      return absl::StrCat("check ",
                          constraint.name.empty() ? condition : constraint.name,
                          " of ", table, " goes");
    case ConstraintKind::kUnique:
      return absl::StrCat("unique ", columns, " of ", table, " goes");
    case ConstraintKind::kReference:
      break;
  }
  return absl::StrCat("reference ", columns, " of ", table, " goes");
}

}  // namespace modelservice
