#include "modelservice/service/visible_rows.h"

#include <algorithm>

#include "modelservice/sql/expression.h"
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

class AnyRow final : public RowSink {
 public:
  absl::Status OnRow(Row) override {
    found = true;
    return absl::OkStatus();
  }
  void OnRestart() override { found = false; }
  bool found = false;
};

}  // namespace

bool VisibleRows::Serves(const Reference& reference) const {
  return std::any_of(served_.begin(), served_.end(), [&](const Served& served) {
    return IsOf(reference, *served.table);
  });
}

absl::StatusOr<bool> VisibleRows::Has(const CallContext& call,
                                      Transaction& transaction,
                                      const Reference& reference,
                                      Value value) const {
  for (const Served& served : served_) {
    if (!IsOf(reference, *served.table)) continue;
    const Expression rows = served.rows(call);
    if (rows.is_false()) continue;
    Select one;
    one.from = TableName(*served.table);
    one.where = ColumnIs(*served.table, ColumnOf(reference, *served.table),
                         Literal(value)) &&
                rows;
    one.limit = 1;
    Statement select = Write(one, transaction.database().dialect());
    AnyRow any;
    auto outcome = transaction.Execute(select, any);
    if (!outcome.ok()) return outcome.status();
    if (any.found) return true;
  }
  return false;
}

}  // namespace modelservice
