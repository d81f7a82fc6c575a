// StatementWriter's part about tables: what they are called, and which ones are
// joined for the ways of columns.
#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/statement_writer.h"
#include "modelservice/sql/way.h"

namespace modelservice {
namespace {

int PositionOf(const Column* column, const Table& table) {
  return static_cast<int>(column - table.columns.data());
}

}  // namespace

StatementWriter& StatementWriter::Target(const TableName& table) {
  Scope scope;
  scope.name = table.alias.empty() ? table.name : table.alias;
  scopes_.push_back(std::move(scope));
  return Name(table);
}

void StatementWriter::Enter(const Select& select) {
  const size_t outer = scope_;
  scope_ = scopes_.size();
  scopes_.emplace_back();
  Scope& scope = scopes_.back();
  scope.name = select.from.alias.empty() ? select.from.name : select.from.alias;
  scope.joins = true;
  scope.outer = outer;
  if (select.related != nullptr) scope.name = NewAlias();
  for (const Way* way : WaysOf(select)) {
    scope.ways.emplace_back(way, NewAlias());
  }
  scope.qualified = select.related != nullptr || !scope.ways.empty();
}

void StatementWriter::Leave() {
  scope_ = scopes_.back().outer;
  scopes_.pop_back();
}

// One that no table of the statement has.
std::string StatementWriter::NewAlias() {
  std::string alias;
  const auto is_taken = [&](const Scope& scope) { return scope.name == alias; };
  do {
    alias = absl::StrCat("t", ++aliases_);
  } while (std::any_of(scopes_.begin(), scopes_.end(), is_taken));
  return alias;
}

const std::string& StatementWriter::NameAtEnd(const Way* way,
                                              const Scope& scope) const {
  for (const auto& [other, alias] : scope.ways) {
    if (SameWay(way, other)) return alias;
  }
  return scope.name;
}

void StatementWriter::Joins() {
  const Scope& scope = scopes_[scope_];
  for (const auto& [way, alias] : scope.ways) {
    const auto name = [](const Table& table, int column) {
      return table.columns[static_cast<size_t>(column)].name;
    };
    Text(way->always ? " JOIN " : " LEFT JOIN ");
    Name(TableName(*way->to, alias));
    absl::string_view before = " ON ";
    for (const KeyPart& part : way->parts) {
      Text(before).Identifier(alias).Text(".");
      Identifier(name(*way->to, part.referred)).Text(" = ");
      Identifier(NameAtEnd(way->before.get(), scope)).Text(".");
      Identifier(name(*way->from, part.column));
      before = " AND ";
    }
    if (MayHide(*way->to)) Text(" AND ").Write(NotHidden(*way->to, alias));
  }
}

void StatementWriter::Column(const Expression::ColumnNode& column) {
  if (!column.alias.empty()) {
    Identifier(column.alias).Text(".");
  } else if (!scopes_.empty()) {
    const Scope& scope = scopes_[scope_];
    if (column.way != nullptr && !scope.joins) return LookUp(column);
    const bool from_inside = scope_ + 1 != scopes_.size();
    if (column.way != nullptr ||
        (column.described != nullptr && (scope.qualified || from_inside))) {
      Identifier(NameAtEnd(column.way.get(), scope)).Text(".");
    }
  }
  Identifier(column.name());
}

// By a SELECT of its own, from the first table on the way.
void StatementWriter::LookUp(const Expression::ColumnNode& column) {
  const Way* first = column.way.get();
  while (first->before != nullptr) first = first->before.get();
  const std::shared_ptr<const Way> rest = WithoutFirstStep(*column.way);
  const int position = PositionOf(column.described, *column.way->to);
  Select select;
  select.columns = {rest == nullptr ? Expression::Column(*first->to, position)
                                    : Expression::Through(rest, position)};
  select.from = TableName(*first->to);
  select.related = first->to;
  for (const KeyPart& part : first->parts) {
    select.where =
        select.where &&
        Expression::Compare(
            Expression::Column(*first->to, part.referred), Comparison::kEqual,
            Expression::Outer(Expression::Column(*first->from, part.column)));
  }
  select.where = select.where && NotHidden(*first->to);
  Text("(").Write(select).Text(")");
}

}  // namespace modelservice
