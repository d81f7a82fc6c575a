#include "modelservice/orm/reading.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/number_sink.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

class TargetSink final : public RowSink {
 public:
  explicit TargetSink(const RowTarget& target) : target_(target) {}
  absl::Status OnRow(Row row) override { return target_.take(row); }
  void OnRestart() override { target_.restart(); }

 private:
  const RowTarget& target_;
};

// The last value of each row, a line each.
class LinesSink final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    absl::StrAppend(&lines, lines.empty() ? "" : "\n", row.back().text());
    return absl::OkStatus();
  }
  void OnRestart() override { lines.clear(); }

  std::string lines;
};

absl::Status Read(const Session& session, const Select& select,
                  const RowTarget& target) {
  TargetSink sink(target);
  return session.Run(Write(select, session.dialect()), sink).status();
}

// A part of the order that is what a column of the result is, by its place: the
// text of an expression with parameters is another one each time.
void OrderByPlace(Select* select) {
  for (OrderBy& part : select->order) {
    if (part.by.As<Expression::ColumnNode>() != nullptr) continue;
    for (size_t i = 0; i < select->columns.size(); ++i) {
      if (select->columns[i] == part.by) part.place = static_cast<int>(i) + 1;
    }
  }
}

}  // namespace

absl::Status ReadValues(const Session& session, const Table& table,
                        const RowSet& rows, std::vector<Expression> values,
                        const RowTarget& target) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  Select select = SelectRows(table, rows, std::move(values));
  OrderByPlace(&select);
  return Read(session, select, target);
}

absl::Status ReadAggregates(const Session& session, const Table& table,
                            const RowSet& rows, std::vector<Expression> values,
                            const RowTarget& target) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  Select select;
  select.columns = std::move(values);
  if (rows.is_whole()) {
    select.from = TableName(table);
    select.where = rows.where;
  } else {
    select.from.alias = std::string(table.name);
    select.from_select = std::make_shared<const Select>(
        SelectRows(table, rows, ColumnsOf(table)));
  }
  return Read(session, select, target);
}

absl::Status ReadGroups(const Session& session, const Table& table,
                        const RowSet& rows, size_t keys,
                        std::vector<Expression> values,
                        const Expression& having, const RowSet& groups,
                        const RowTarget& target) {
  auto status = CheckRows(session, rows);
  if (status.ok()) status = CheckRows(session, groups);
  if (!status.ok()) return status;
  if (!rows.is_whole()) {
    return absl::FailedPreconditionError(
        "GroupBy takes no limit or offset of rows; those behind it are of "
        "groups");
  }
  Select select = SelectRows(table, groups, std::move(values));
  select.where = rows.where;
  select.group_by_first = static_cast<int>(keys);
  select.having = having;
  OrderByPlace(&select);
  return Read(session, select, target);
}

absl::StatusOr<bool> AnyRow(const Session& session, const Table& table,
                            RowSet rows) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  rows.order.clear();
  if (!rows.limit.has_value() || *rows.limit > 1) rows.limit = 1;
  NumberSink sink;
  auto outcome =
      session.Run(Write(SelectRows(table, rows, {}), session.dialect()), sink);
  if (!outcome.ok()) return outcome.status();
  return sink.number != 0;
}

absl::Status CheckUnique(const Model& model, int column) {
  const Table& table = *model.table;
  const Column& described = table.columns[static_cast<size_t>(column)];
  bool unique = described.unique ||
                (table.key.size() == 1 && table.key.front() == column);
  for (const Index& index : table.indexes) {
    unique = unique || (index.unique && index.where.empty() &&
                        index.columns.size() == 1 &&
                        index.columns.front().column == column);
  }
  if (unique) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("InBulk: ", table.message, ".", described.field,
                   " is not unique; use Filter and In"));
}

absl::StatusOr<std::string> ExplainRows(const Session& session,
                                        const Projection& projection,
                                        const RowSet& rows) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  Statement statement =
      Write(SelectRows(*projection.model().table, rows, projection.columns()),
            session.dialect());
  statement.text = statement.arena.Own(
      absl::StrCat(session.dialect().explain(), statement.text));
  LinesSink sink;
  auto outcome = session.Run(std::move(statement), sink);
  if (!outcome.ok()) return outcome.status();
  return std::move(sink.lines);
}

}  // namespace modelservice
