#include "modelservice/orm/reading.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/number_sink.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/expression_faults.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

// Gives values that are strings in the model as those, whatever their columns
// have. Of each row, the first so many of them.
class TargetSink final : public RowSink {
 public:
  TargetSink(const RowTarget& target, size_t values,
             std::vector<const ColumnForm*> forms)
      : target_(target),
        values_(values),
        forms_(std::move(forms)),
        texts_(forms_.size()) {}
  absl::Status OnRow(Row row) override {
    row = row.first(values_);
    if (forms_.empty()) return target_.take(row);
    shown_.assign(row.begin(), row.end());
    for (size_t i = 0; i < values_; ++i) {
      if (forms_[i] != nullptr && !row[i].is_null() &&
          forms_[i]->Show(row[i], &texts_[i])) {
        shown_[i] = Value::Text(texts_[i]);
      }
    }
    return target_.take(shown_);
  }
  void OnRestart() override { target_.restart(); }

 private:
  const RowTarget& target_;
  const size_t values_;
  // Of each value, null where it is as the database gives it; none at all where
  // they all are.
  const std::vector<const ColumnForm*> forms_;
  std::vector<std::string> texts_;
  std::vector<Value> shown_;
};

std::vector<const ColumnForm*> ShownForms(const std::vector<Expression>& values,
                                          absl::Span<const TableForms> tables) {
  std::vector<const ColumnForm*> forms;
  bool any = false;
  for (const Expression& value : values) {
    const ColumnForm* const form = FormOf(value, tables);
    forms.push_back(form == nullptr || form->shows_as_is() ? nullptr : form);
    any = any || forms.back() != nullptr;
  }
  if (!any) forms.clear();
  return forms;
}

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

// Gives out the first `values` of each row.
absl::Status Read(const Session& session, const Select& select, size_t values,
                  const LiveRows& live, const RowTarget& target) {
  TargetSink sink(target, values, ShownForms(select.columns, live.forms));
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

// Different rows are ordered by what makes them different alone: by more, that
// is read along, as Django does.
void ReadOrderAlong(Select* select) {
  if (!select->distinct) return;
  for (const OrderBy& part : select->order) {
    if (!absl::c_linear_search(select->columns, part.by)) {
      select->columns.push_back(part.by);
    }
  }
}

// A row of many others is none that could be locked.
absl::Status RefuseLock(const RowSet& rows, absl::string_view verb) {
  if (rows.lock == RowLock::kNone) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      verb,
      " and ForUpdate do not go together: what is computed of many rows "
      "locks none; read the rows themselves with ForUpdate"));
}

// Of the groups in which `keys` are the same; without any, of all rows.
absl::Status CheckOfGroup(const Table& table, absl::Span<const Expression> keys,
                          absl::Span<const Expression> values) {
  std::string fault;
  for (const Expression& key : keys) {
    if (fault.empty()) fault = RowFault(key);
  }
  for (const Expression& value : values) {
    if (fault.empty()) fault = GroupFault(value, table, keys);
  }
  return WrongExpression(table, fault);
}

}  // namespace

absl::Status ReadValues(const Session& session, const Table& table,
                        const RowSet& rows, std::vector<Expression> values,
                        const RowTarget& target) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  std::string fault;
  for (const Expression& value : values) {
    if (fault.empty()) fault = RowFault(value);
  }
  status = WrongExpression(table, fault);
  if (!status.ok()) return status;
  const auto live = LiveRowsOf(session, table, rows, values);
  if (!live.ok()) return live.status();
  const size_t count = values.size();
  Select select = SelectRows(table, live->rows, std::move(values));
  ReadOrderAlong(&select);
  OrderByPlace(&select);
  return Read(session, select, count, *live, target);
}

absl::Status ReadAggregates(const Session& session, const Table& table,
                            const RowSet& rows, std::vector<Expression> values,
                            const RowTarget& target) {
  auto status = RefuseLock(rows, "Aggregate");
  if (status.ok()) status = CheckRows(session, rows);
  if (!status.ok()) return status;
  status = CheckOfGroup(table, {}, values);
  if (!status.ok()) return status;
  const auto live = LiveRowsOf(session, table, rows, values);
  if (!live.ok()) return live.status();
  const size_t count = values.size();
  Select select;
  select.columns = std::move(values);
  if (rows.is_whole()) {
    select.from = TableName(table);
    select.where = live->rows.where;
  } else {
    select.from.alias = std::string(table.name);
    select.from_select = std::make_shared<const Select>(
        SelectWhole(table, live->rows, ColumnsOf(table)));
  }
  return Read(session, select, count, *live, target);
}

absl::Status ReadGroups(const Session& session, const Table& table,
                        const RowSet& rows, size_t keys,
                        std::vector<Expression> values,
                        const Expression& having, const RowSet& groups,
                        const RowTarget& target) {
  auto status = RefuseLock(rows, "GroupBy");
  if (status.ok()) status = CheckRows(session, rows);
  if (status.ok()) status = CheckRows(session, groups);
  if (!status.ok()) return status;
  if (!rows.is_whole()) {
    return absl::FailedPreconditionError(
        "GroupBy takes no limit or offset of rows; those behind it are of "
        "groups");
  }
  const std::vector<Expression> by(
      values.begin(), values.begin() + static_cast<ptrdiff_t>(keys));
  std::vector<Expression> others = values;
  others.push_back(having);
  for (const OrderBy& part : groups.order) others.push_back(part.by);
  status = CheckOfGroup(table, by, others);
  if (!status.ok()) return status;
  const auto live = LiveRowsOf(session, table, rows, others);
  if (!live.ok()) return live.status();
  Select select = SelectRows(table, groups, std::move(values));
  select.where = live->rows.where;
  select.group_by_first = static_cast<int>(keys);
  select.having = WithStored(having, live->forms);
  OrderByPlace(&select);
  return Read(session, select, others.size() - 1 - groups.order.size(), *live,
              target);
}

absl::StatusOr<bool> AnyRow(const Session& session, const Table& table,
                            RowSet rows) {
  auto status = CheckRows(session, rows);
  if (!status.ok()) return status;
  rows.order.clear();
  rows.distinct = false;
  if (!rows.limit.has_value() || *rows.limit > 1) rows.limit = 1;
  const auto live = LiveRowsOf(session, table, std::move(rows));
  if (!live.ok()) return live.status();
  NumberSink sink;
  auto outcome = session.Run(
      Write(SelectRows(table, live->rows, {}), session.dialect()), sink);
  if (!outcome.ok()) return outcome.status();
  return sink.number != 0;
}

absl::Status NotOneRow(const Table& table, size_t found) {
  return found == 0 ? absl::NotFoundError(absl::StrCat(
                          table.message, " matching query does not exist."))
                    : absl::FailedPreconditionError(absl::StrCat(
                          "Get() found more than one ", table.message, "."));
}

absl::Status CheckUnique(const Model& model, int column) {
  const Table& table = *model.table;
  const Column& described = table.columns[static_cast<size_t>(column)];
  bool unique = described.unique ||
                (table.key.size() == 1 && table.key.front() == column);
  for (const Index& index : table.indexes) {
    unique = unique || (index.unique && IsOfShownRows(index, table) &&
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
  const auto live = LiveMessagesOf(session, projection, rows);
  if (!live.ok()) return live.status();
  Statement statement =
      Write(SelectMessages(projection, live->rows), session.dialect());
  statement.text = statement.arena.Own(
      absl::StrCat(session.dialect().explain(), statement.text));
  LinesSink sink;
  auto outcome = session.Run(std::move(statement), sink);
  if (!outcome.ok()) return outcome.status();
  return std::move(sink.lines);
}

}  // namespace modelservice
