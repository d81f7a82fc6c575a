#include "modelservice/orm/row_set.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "modelservice/sql/expression_faults.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/table_statements.h"
#include "modelservice/sql/way.h"

namespace modelservice {
namespace {

Nulls Opposite(Nulls nulls) {
  switch (nulls) {
    case Nulls::kLowest:
      break;
    case Nulls::kFirst:
      return Nulls::kLast;
    case Nulls::kLast:
      return Nulls::kFirst;
  }
  return Nulls::kLowest;
}

// INVALID_ARGUMENT for what no database computes, or not each of them alike.
absl::Status CheckExpressions(const Table& table, const LiveRows& live,
                              const RowSet& rows,
                              absl::Span<const Expression> others) {
  std::string fault = RowFault(rows.where);
  const auto types = [&](const Expression& e) {
    if (fault.empty()) fault = TypeFault(e, live.forms);
  };
  types(rows.where);
  for (const OrderBy& part : rows.order) {
    if (fault.empty()) fault = RowFault(part.by);
    types(part.by);
  }
  for (const Expression& other : others) types(other);
  return WrongExpression(table, fault);
}

}  // namespace

absl::Status WrongExpression(const Table& table, absl::string_view fault) {
  if (fault.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a query of ", table.message, ": ", fault));
}

size_t ExpectedRows(const RowSet& rows) {
  constexpr int64_t kMost = 128;
  return static_cast<size_t>(
      std::clamp<int64_t>(rows.limit.value_or(0), 0, kMost));
}

RowSet Narrowed(RowSet rows, const Expression& condition) {
  if (!rows.is_whole()) {
    rows.fault = "Filter and Exclude come before Limit and Offset.";
  }
  rows.where = rows.where && condition;
  return rows;
}

RowSet Ordered(RowSet rows, std::vector<OrderBy> order) {
  if (!rows.is_whole()) rows.fault = "OrderBy comes before Limit and Offset.";
  rows.order = std::move(order);
  return rows;
}

RowSet Limited(RowSet rows, int64_t limit) {
  if (limit < 0) rows.fault = "A limit is not negative.";
  rows.limit = limit;
  return rows;
}

RowSet OffsetBy(RowSet rows, int64_t offset) {
  if (offset < 0) rows.fault = "An offset is not negative.";
  rows.offset = offset;
  return rows;
}

RowSet UnionOf(const Session& session_a, const RowSet& a,
               const Session& session_b, const RowSet& b) {
  RowSet both = a;
  if (!b.fault.empty()) both.fault = b.fault;
  if (!a.is_whole() || !b.is_whole()) {
    both.fault = "Union takes no query with a limit or an offset.";
  }
  if (a.deleted != b.deleted) {
    both.fault = "Union takes no queries of which one has deleted rows.";
  }
  if (session_a.tenant() != session_b.tenant()) {
    both.fault = "Union takes no queries of two tenants.";
  }
  both.where = a.where || b.where;
  return both;
}

RowSet Reversed(const Table& table, RowSet rows) {
  if (!rows.is_whole()) {
    rows.fault = "A query with a limit or an offset has no opposite order.";
  }
  if (rows.order.empty()) rows.order = OrderOf(table, table.ordering);
  for (OrderBy& part : rows.order) {
    part.descending = !part.descending;
    part.nulls = Opposite(part.nulls);
  }
  return rows;
}

std::vector<int> AllBut(const Table& table, absl::Span<const int> columns) {
  std::vector<int> others;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const int column = static_cast<int>(i);
    if (!absl::c_linear_search(columns, column)) others.push_back(column);
  }
  return WithoutKey(table, others);
}

std::vector<int> WithoutKey(const Table& table, absl::Span<const int> columns) {
  std::vector<int> others;
  for (const int column : columns) {
    if (!absl::c_linear_search(table.key, column)) others.push_back(column);
  }
  return others;
}

absl::Status CheckRows(const Session& session, const RowSet& rows) {
  if (!rows.fault.empty()) return absl::InvalidArgumentError(rows.fault);
  if (rows.lock != RowLock::kNone && rows.distinct) {
    return absl::InvalidArgumentError(
        "Distinct and ForUpdate do not go together: which of the rows that "
        "are the same would be locked? Leave one of them out.");
  }
  if (rows.lock != RowLock::kNone && !session.CanLockRows()) {
    return absl::FailedPreconditionError(
        "ForUpdate locks rows to the end of a transaction that writes, and "
        "there is none; read them inside of Transact or RunWrite");
  }
  return absl::OkStatus();
}

absl::Status NeedsWholeSet(absl::string_view verb) {
  return absl::FailedPreconditionError(absl::StrCat(
      verb, " takes no limit or offset; select the keys first and use In()"));
}

absl::StatusOr<LiveRows> LiveRowsOf(const Session& session, const Table& table,
                                    RowSet rows,
                                    absl::Span<const Expression> others) {
  std::vector<const Table*> tables = {&table};
  AddTablesOf(rows.where, &tables);
  for (const OrderBy& part : rows.order) AddTablesOf(part.by, &tables);
  for (const Expression& other : others) AddTablesOf(other, &tables);
  auto there = RowsThere(session, table, rows.deleted);
  if (!there.ok()) return there.status();
  LiveRows result;
  for (const Table* each : tables) {
    auto live = session.database().LiveTableOf(*each);
    if (!live.ok()) return live.status();
    result.forms.push_back({each, (*live)->forms});
    result.tables.push_back(*std::move(live));
  }
  result.table = result.tables.front();
  auto status = CheckExpressions(table, result, rows, others);
  if (!status.ok()) return status;
  rows.where = WithStored(rows.where && *there, result.forms);
  result.rows = std::move(rows);
  return result;
}

absl::StatusOr<Expression> RowsThere(const Session& session, const Table& table,
                                     Deleted deleted) {
  auto rows = session.tenant().RowsOf(table);
  if (!rows.ok() || !MayHide(table)) return rows;
  switch (deleted) {
    case Deleted::kHidden:
      return *rows && NotHidden(table);
    case Deleted::kShown:
      return rows;
    case Deleted::kOnly:
      return *rows && !NotHidden(table);
  }
  return rows;
}

Select SelectRows(const Table& table, const RowSet& rows,
                  std::vector<Expression> columns) {
  Select select;
  select.columns = std::move(columns);
  select.from = TableName(table);
  select.distinct = rows.distinct;
  select.where = rows.where;
  select.order = rows.order;
  select.limit = rows.limit;
  select.offset = rows.offset;
  select.lock = rows.lock;
  select.lock_wait = rows.lock_wait;
  return select;
}

Select SelectWhole(const Table& table, const RowSet& rows,
                   std::vector<Expression> columns) {
  Select select = SelectRows(table, rows, std::move(columns));
  if (!table.key.empty()) select.distinct = false;
  return select;
}

}  // namespace modelservice
