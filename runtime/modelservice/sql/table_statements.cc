#include "modelservice/sql/table_statements.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace modelservice {
namespace {

absl::string_view NameOf(const Table& table, int column) {
  return table.columns[static_cast<size_t>(column)].name;
}

std::string TextOf(const Statement& statement) {
  return std::string(statement.text);
}

// Whether one value comes after `last`, a literal or a parameter, in the
// order. NULL comes first, last when descending.
Expression PartAfter(const OrderBy& part, const Expression& last) {
  const auto* const literal = last.As<Expression::LiteralNode>();
  const bool last_is_null =
      literal != nullptr && literal->literal.value().is_null();
  if (part.descending) {
    if (last_is_null) return Expression::False();
    const Expression less =
        Expression::Compare(part.by, Comparison::kLess, last);
    return part.nullable ? less || Expression::IsNull(part.by) : less;
  }
  if (last_is_null) return !Expression::IsNull(part.by);
  return Expression::Compare(part.by, Comparison::kGreater, last);
}

template <class LastOf>
Expression AfterEach(absl::Span<const OrderBy> order, LastOf last) {
  // (a > A) OR (a = A AND ((b > B) OR (b = B AND ...))), from the inside out.
  Expression after;
  for (size_t i = order.size(); i-- > 0;) {
    const Expression here = PartAfter(order[i], last(i));
    if (i + 1 == order.size()) {
      after = here;
      continue;
    }
    const Expression same =
        Expression::Compare(order[i].by, Comparison::kEqual, last(i));
    after = here || (same && after);
  }
  return after;
}

}  // namespace

std::vector<Expression> ColumnsOf(const Table& table) {
  return ColumnsOf(table, Returning::kRow);
}

std::vector<Expression> ColumnsOf(const Table& table, Returning returning) {
  std::vector<Expression> columns;
  switch (returning) {
    case Returning::kNothing:
      break;
    case Returning::kKey:
      for (const int column : table.key) {
        columns.push_back(Expression::Column(table, column));
      }
      break;
    case Returning::kRow:
      columns.reserve(table.columns.size());
      for (size_t i = 0; i < table.columns.size(); ++i) {
        columns.push_back(Expression::Column(table, static_cast<int>(i)));
      }
      break;
  }
  return columns;
}

std::vector<OrderBy> OrderOf(const Table& table,
                             absl::Span<const Ordering> order) {
  std::vector<OrderBy> parts;
  parts.reserve(order.size());
  for (const Ordering& part : order) {
    parts.push_back({Expression::Column(table, part.column), part.descending,
                     table.columns[static_cast<size_t>(part.column)].nullable});
  }
  return parts;
}

Expression ColumnIs(const Table& table, int column, Literal value) {
  return Expression::Compare(Expression::Column(table, column),
                             Comparison::kEqual, std::move(value));
}

Expression ColumnsAreParameters(const Table& table,
                                absl::Span<const int> columns) {
  Expression all;
  for (const int column : columns) {
    all =
        all && Expression::Compare(Expression::Column(table, column),
                                   Comparison::kEqual, Expression::Parameter());
  }
  return all;
}

Expression KeyIs(const Table& table, Row row) {
  Expression all;
  for (const int column : table.key) {
    all = all &&
          ColumnIs(table, column, Literal(row[static_cast<size_t>(column)]));
  }
  return all;
}

Select SelectFrom(const Table& table) {
  Select select;
  select.columns = ColumnsOf(table);
  select.from = TableName(table);
  return select;
}

Select SelectByKey(const Table& table) {
  Select select = SelectFrom(table);
  select.where = ColumnsAreParameters(table, table.key);
  return select;
}

Select SelectCount(const Table& table, const Expression& where,
                   std::optional<int64_t> most) {
  Select count;
  count.columns = {Expression::CountRows()};
  if (!most.has_value()) {
    count.from = TableName(table);
    count.where = where;
    return count;
  }
  auto rows = std::make_shared<Select>();
  rows->from = TableName(table);
  rows->where = where;
  rows->limit = most;
  count.from.alias = "counted";
  count.from_select = std::move(rows);
  return count;
}

Insert InsertInto(const Table& table, absl::Span<const int> columns,
                  Returning returning) {
  Insert insert;
  insert.into = TableName(table);
  for (const int column : columns) {
    insert.columns.push_back(NameOf(table, column));
  }
  insert.rows.emplace_back(columns.size(), Expression::Parameter());
  insert.returning = ColumnsOf(table, returning);
  return insert;
}

Update UpdateOf(const Table& table, absl::Span<const int> columns,
                Expression where, Returning returning) {
  Update update;
  update.table = TableName(table);
  for (const int column : columns) {
    const bool counts =
        table.columns[static_cast<size_t>(column)].role == Role::kVersion;
    update.set.emplace_back(
        NameOf(table, column),
        counts ? Expression::Compute(Expression::Column(table, column),
                                     Arithmetic::kAdd, Expression::Parameter())
               : Expression::Parameter());
  }
  update.where = std::move(where);
  update.returning = ColumnsOf(table, returning);
  return update;
}

Delete DeleteFrom(const Table& table, Expression where, Returning returning) {
  return {TableName(table), std::move(where), ColumnsOf(table, returning)};
}

std::vector<std::string> FixedStatements(const Table& table,
                                         const Dialect& dialect) {
  const Expression key = ColumnsAreParameters(table, table.key);
  std::vector<std::string> statements = {
      TextOf(Write(SelectByKey(table), dialect)),
      TextOf(Write(InsertInto(table, InsertColumns(table), Returning::kRow),
                   dialect)),
      TextOf(Write(DeleteFrom(table, key, Returning::kRow), dialect)),
  };
  const std::vector<int> columns = UpdateColumns(table);
  if (!columns.empty()) {
    statements.push_back(
        TextOf(Write(UpdateOf(table, columns, key, Returning::kRow), dialect)));
  }
  Select page = SelectFrom(table);
  page.order = OrderOf(table, table.ordering);
  page.limit = table.default_page_size;
  statements.push_back(TextOf(Write(page, dialect)));
  return statements;
}

// As a truth value of its own, which unknown is not.
Expression CheckOf(const Expression& check) {
  return !Expression::IsNotTrue(check);
}

Expression After(const Table& table, absl::Span<const Ordering> order,
                 absl::Span<const Literal> last) {
  return After(OrderOf(table, order), last);
}

Expression After(absl::Span<const OrderBy> order,
                 absl::Span<const Literal> last) {
  return AfterEach(order, [&](size_t i) { return Expression(last[i]); });
}

Expression AfterParameters(const Table& table,
                           absl::Span<const Ordering> order) {
  return AfterEach(OrderOf(table, order),
                   [](size_t) { return Expression::Parameter(); });
}

std::vector<int> InsertColumns(const Table& table) {
  std::vector<int> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].auto_increment)
      columns.push_back(static_cast<int>(i));
  }
  return columns;
}

std::vector<int> GivenColumns(const Table& table, Row row) {
  std::vector<int> columns = InsertColumns(table);
  columns.erase(std::remove_if(columns.begin(), columns.end(),
                               [&](int column) {
                                 const auto at = static_cast<size_t>(column);
                                 return table.columns[at].database_default &&
                                        row[at].is_null();
                               }),
                columns.end());
  return columns;
}

std::vector<int> UpdateColumns(const Table& table) {
  std::vector<int> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const int position = static_cast<int>(i);
    if (std::find(table.key.begin(), table.key.end(), position) !=
        table.key.end()) {
      continue;
    }
    if (column.output_only && !IsStamped(column.role)) continue;
    if (column.immutable) continue;
    columns.push_back(position);
  }
  return columns;
}

}  // namespace modelservice
