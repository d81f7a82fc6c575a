#include "modelservice/sql/statements.h"

#include <algorithm>
#include <utility>

#include "modelservice/sql/builder.h"

namespace modelservice {
namespace {

void AppendReturning(SqlBuilder& sql, const Table& table, Returning returning) {
  if (returning == Returning::kNothing) return;
  sql.Text(" RETURNING ");
  if (returning == Returning::kRow) {
    sql.Columns();
    return;
  }
  for (size_t i = 0; i < table.key.size(); ++i) {
    if (i > 0) sql.Text(", ");
    sql.ColumnName(table.key[i]);
  }
}

void AppendReturningChecked(SqlBuilder& sql, const Expression& check) {
  sql.Text(" RETURNING ").Columns().Text(", CASE WHEN ").Condition(check);
  sql.Text(" THEN 1 ELSE 0 END");
}

// `values` has one value for each of `columns`.
void AppendInsert(SqlBuilder& sql, absl::Span<const int> columns,
                  absl::Span<const Value> values) {
  sql.Text("INSERT INTO ").TableName();
  if (columns.empty()) {
    sql.Text(" DEFAULT VALUES");
    return;
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    sql.Text(i == 0 ? " (" : ", ").ColumnName(columns[i]);
  }
  for (size_t i = 0; i < columns.size(); ++i) {
    sql.Text(i == 0 ? ") VALUES (" : ", ").Parameter(values[i]);
  }
  sql.Text(")");
}

void AppendChanges(SqlBuilder& sql, absl::Span<const ColumnChange> changes) {
  absl::string_view separator = "";
  for (const ColumnChange& change : changes) {
    sql.Text(separator).ColumnName(change.column).Text(" = ");
    separator = ", ";
    if (change.base >= 0) {
      sql.ColumnName(change.base).Text(change.subtract ? " - " : " + ");
    }
    sql.Parameter(change.value);
  }
}

absl::InlinedVector<ColumnChange, 16> ChangesTo(
    absl::Span<const int> columns, absl::Span<const Value> values) {
  absl::InlinedVector<ColumnChange, 16> changes;
  for (size_t i = 0; i < columns.size(); ++i) {
    changes.push_back({columns[i], values[i]});
  }
  return changes;
}

void AppendKey(SqlBuilder& sql, const Table& table) {
  for (size_t i = 0; i < table.key.size(); ++i) {
    sql.Text(i == 0 ? " WHERE " : " AND ");
    sql.ColumnName(table.key[i]).Text(" = ").Parameter(Value());
  }
}

std::string TakeText(SqlBuilder& sql, Statement& statement) {
  sql.Finish();
  return std::string(statement.text);
}

// Whether one column comes after `last` in the order. NULL comes first, last
// when descending.
Expression ColumnAfter(const Column& column, const Ordering& part,
                       const Literal& last) {
  if (part.descending) {
    if (last.value().is_null()) return Expression::In(part.column, {});
    const Expression less =
        Expression::Compare(part.column, Comparison::kLess, last);
    return column.nullable ? less || Expression::IsNull(part.column) : less;
  }
  if (last.value().is_null()) return !Expression::IsNull(part.column);
  return Expression::Compare(part.column, Comparison::kGreater, last);
}

}  // namespace

std::string SelectByKeySql(const Table& table, const Dialect& dialect) {
  Statement statement;
  SqlBuilder sql(table, dialect, &statement);
  sql.Text("SELECT ").Columns().Text(" FROM ").TableName();
  AppendKey(sql, table);
  return TakeText(sql, statement);
}

std::string InsertSql(const Table& table, const Dialect& dialect,
                      absl::Span<const int> columns, Returning returning) {
  Statement statement;
  SqlBuilder sql(table, dialect, &statement);
  AppendInsert(sql, columns, std::vector<Value>(columns.size()));
  AppendReturning(sql, table, returning);
  return TakeText(sql, statement);
}

std::string UpdateSql(const Table& table, const Dialect& dialect,
                      absl::Span<const int> columns, Returning returning) {
  Statement statement;
  SqlBuilder sql(table, dialect, &statement);
  sql.Text("UPDATE ").TableName().Text(" SET ");
  AppendChanges(sql, ChangesTo(columns, std::vector<Value>(columns.size())));
  AppendKey(sql, table);
  AppendReturning(sql, table, returning);
  return TakeText(sql, statement);
}

std::string DeleteSql(const Table& table, const Dialect& dialect,
                      Returning returning) {
  Statement statement;
  SqlBuilder sql(table, dialect, &statement);
  sql.Text("DELETE FROM ").TableName();
  AppendKey(sql, table);
  AppendReturning(sql, table, returning);
  return TakeText(sql, statement);
}

std::vector<std::string> FixedStatements(const Table& table,
                                         const Dialect& dialect) {
  std::vector<std::string> statements = {
      SelectByKeySql(table, dialect),
      InsertSql(table, dialect, InsertColumns(table), Returning::kRow),
      DeleteSql(table, dialect, Returning::kRow),
  };
  const std::vector<int> columns = UpdateColumns(table);
  if (!columns.empty()) {
    statements.push_back(UpdateSql(table, dialect, columns, Returning::kRow));
  }
  Selection page;
  page.order = table.ordering;
  page.limit = table.default_page_size;
  statements.push_back(std::string(MakeSelect(table, dialect, page).text));
  return statements;
}

Statement MakeSelect(const Table& table, const Dialect& dialect,
                     const Selection& selection) {
  Statement statement;
  SqlBuilder sql(table, dialect, &statement);
  sql.Text("SELECT ").Columns().Text(" FROM ").TableName();
  sql.Where(selection.where).OrderBy(selection.order);
  if (selection.limit.has_value()) {
    sql.Text(" LIMIT ").Parameter(Value::Integer(*selection.limit));
  } else if (selection.offset.has_value() && dialect.needs_limit_for_offset()) {
    sql.Text(" LIMIT -1");
  }
  if (selection.offset.has_value()) {
    sql.Text(" OFFSET ").Parameter(Value::Integer(*selection.offset));
  }
  if (selection.lock != RowLock::kNone && dialect.locks_rows()) {
    sql.Text(selection.lock == RowLock::kUpdate ? " FOR NO KEY UPDATE"
                                                : " FOR UPDATE");
  }
  sql.Finish();
  return statement;
}

Statement MakeCount(const Table& table, const Dialect& dialect,
                    const Expression& where, std::optional<int64_t> most) {
  Statement statement;
  SqlBuilder sql(table, dialect, &statement);
  if (!most.has_value()) {
    sql.Text("SELECT COUNT(*) FROM ").TableName().Where(where).Finish();
    return statement;
  }
  sql.Text("SELECT COUNT(*) FROM (SELECT 1 FROM ").TableName().Where(where);
  sql.Text(" LIMIT ").Parameter(Value::Integer(*most)).Text(") AS counted");
  sql.Finish();
  return statement;
}

Statement MakeUpdate(const Table& table, const Dialect& dialect,
                     absl::Span<const int> columns,
                     absl::Span<const Value> values, const Expression& where,
                     Returning returning) {
  return MakeUpdate(table, dialect, ChangesTo(columns, values), where,
                    returning);
}

Statement MakeUpdate(const Table& table, const Dialect& dialect,
                     absl::Span<const ColumnChange> changes,
                     const Expression& where, Returning returning) {
  Statement statement;
  statement.writes = true;
  SqlBuilder sql(table, dialect, &statement);
  sql.Text("UPDATE ").TableName().Text(" SET ");
  AppendChanges(sql, changes);
  sql.Where(where);
  AppendReturning(sql, table, returning);
  sql.Finish();
  return statement;
}

Statement MakeDelete(const Table& table, const Dialect& dialect,
                     const Expression& where, Returning returning) {
  Statement statement;
  statement.writes = true;
  SqlBuilder sql(table, dialect, &statement);
  sql.Text("DELETE FROM ").TableName().Where(where);
  AppendReturning(sql, table, returning);
  sql.Finish();
  return statement;
}

Statement MakeCheckedInsert(const Table& table, const Dialect& dialect,
                            absl::Span<const int> columns,
                            absl::Span<const Value> values,
                            const Expression& check) {
  Statement statement;
  statement.writes = true;
  SqlBuilder sql(table, dialect, &statement);
  AppendInsert(sql, columns, values);
  AppendReturningChecked(sql, check);
  sql.Finish();
  return statement;
}

Statement MakeCheckedUpdate(const Table& table, const Dialect& dialect,
                            absl::Span<const int> columns,
                            absl::Span<const Value> values,
                            const Expression& where, const Expression& check) {
  Statement statement;
  statement.writes = true;
  SqlBuilder sql(table, dialect, &statement);
  sql.Text("UPDATE ").TableName().Text(" SET ");
  AppendChanges(sql, ChangesTo(columns, values));
  sql.Where(where);
  AppendReturningChecked(sql, check);
  sql.Finish();
  return statement;
}

Expression After(const Table& table, absl::Span<const Ordering> order,
                 absl::Span<const Literal> last) {
  // (a > A) OR (a = A AND ((b > B) OR (b = B AND ...))), from the inside out.
  Expression after;
  for (size_t i = order.size(); i-- > 0;) {
    const Column& column = table.columns[static_cast<size_t>(order[i].column)];
    const Expression here = ColumnAfter(column, order[i], last[i]);
    if (i + 1 == order.size()) {
      after = here;
      continue;
    }
    const Expression same =
        Expression::Compare(order[i].column, Comparison::kEqual, last[i]);
    after = here || (same && after);
  }
  return after;
}

std::vector<int> InsertColumns(const Table& table) {
  std::vector<int> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].auto_increment)
      columns.push_back(static_cast<int>(i));
  }
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
    const bool stamped = column.role == Role::kUpdateTime;
    if ((column.output_only && !stamped) || column.immutable) continue;
    columns.push_back(position);
  }
  return columns;
}

}  // namespace modelservice
