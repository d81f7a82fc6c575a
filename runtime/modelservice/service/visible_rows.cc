#include "modelservice/service/visible_rows.h"

#include <algorithm>

#include "modelservice/db/found_sink.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

bool IsOf(const Reference& reference, const Table& table) {
  return reference.table == table.name && reference.schema == table.schema;
}

int ColumnOf(const Reference& reference, const Table& table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == reference.column) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace

bool VisibleRows::Serves(const Reference& reference) const {
  return std::any_of(served_.begin(), served_.end(), [&](const Served& served) {
    return IsOf(reference, *served.table);
  });
}

bool VisibleRows::Shows(const Table& table) const {
  return std::any_of(served_.begin(), served_.end(), [&](const Served& served) {
    return served.table == &table;
  });
}

Expression VisibleRows::Of(const CallContext& call, const Table& table) const {
  Expression rows = Expression::False();
  bool shown = false;
  for (const Served& served : served_) {
    if (served.table != &table) continue;
    rows = rows || served.rows(call);
    shown = true;
  }
  return shown ? rows : Expression::True();
}

absl::StatusOr<bool> VisibleRows::Has(const CallContext& call,
                                      Transaction& transaction,
                                      const Reference& reference,
                                      Value value) const {
  for (const Served& served : served_) {
    if (!IsOf(reference, *served.table)) continue;
    const Expression rows = served.rows(call);
    if (rows.is_false()) continue;
    const auto mine = Tenant().RowsOf(*served.table);
    if (!mine.ok()) return mine.status();
    Select one;
    one.from = TableName(*served.table);
    one.where = ColumnIs(*served.table, ColumnOf(reference, *served.table),
                         Literal(value)) &&
                rows && *mine && NotHidden(*served.table);
    one.limit = 1;
    Statement select = Write(one, transaction.database().dialect());
    FoundSink any;
    auto outcome = transaction.Execute(select, any);
    if (!outcome.ok()) return outcome.status();
    if (any.found) return true;
  }
  return false;
}

}  // namespace modelservice
