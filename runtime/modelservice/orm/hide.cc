#include "modelservice/orm/hide.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/made_values.h"
#include "modelservice/orm/reading.h"
#include "modelservice/orm/referred.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using Rows = std::vector<std::vector<Literal>>;

class KeptRows final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    auto& kept = rows.emplace_back();
    for (const Value value : row) kept.emplace_back(value);
    return absl::OkStatus();
  }
  void OnRestart() override { rows.clear(); }

  Rows rows;
};

const Column& At(const Table& table, int column) {
  return table.columns[static_cast<size_t>(column)];
}

// `value` as the column is written.
Literal Stored(absl::Span<const ColumnForm> forms, int column, Value value) {
  TextArena arena;
  return Literal(WrittenIn(forms, column, value, arena));
}

// What every write stamps.
void AddStamps(const Table& table, absl::Span<const ColumnForm> forms,
               Value now, Update* update) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.role == Role::kUpdateTime) {
      update->set.emplace_back(column.name,
                               Stored(forms, static_cast<int>(i), now));
    } else if (column.role == Role::kVersion) {
      update->set.emplace_back(
          column.name,
          Expression::Compute(Expression::Column(table, static_cast<int>(i)),
                              Arithmetic::kAdd, Literal(Value::Integer(1))));
    } else if (column.role == Role::kEtag) {
      update->set.emplace_back(column.name, Literal(Value::Text(NewEtag())));
    }
  }
}

// Of `table`, that one of another refers to.
int ReferredBy(const Table& table, const Column& key) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == key.reference->column) {
      return static_cast<int>(i);
    }
  }
  return table.key.front();
}

// Those of each dependent, in order, then DELETE_TIME.
std::vector<Expression> ReferredColumns(const Table& table) {
  std::vector<Expression> columns;
  for (const Dependent& dependent : table.dependents) {
    const Column& key = At(*dependent.model().table, dependent.column);
    columns.push_back(Expression::Column(table, ReferredBy(table, key)));
  }
  columns.push_back(
      Expression::Column(table, ColumnIn(Role::kDeleteTime, table)));
  return columns;
}

absl::StatusOr<Rows> Run(const Session& session, const Update& update,
                         int64_t* changed) {
  KeptRows kept;
  auto outcome = session.Run(Write(update, session.dialect()), kept);
  if (!outcome.ok()) return outcome.status();
  *changed = update.returning.empty() ? outcome->changes
                                      : static_cast<int64_t>(kept.rows.size());
  return std::move(kept.rows);
}

absl::Status StillReferredTo(const Table& table) {
  DatabaseError error;
  error.kind = DatabaseError::Kind::kForeignKey;
  error.table = std::string(table.name);
  return MakeDatabaseError(
      error, absl::StrCat("rows that are there refer to ", table.message));
}

// The rows of the dependent that refer to one of `rows`, whose value at `i` it
// refers to.
Expression Referring(const Dependent& dependent, const Rows& rows, size_t i) {
  std::vector<Literal> values;
  values.reserve(rows.size());
  for (const auto& row : rows) values.push_back(row[i]);
  return Expression::In(
      Expression::Column(*dependent.model().table, dependent.column),
      std::move(values));
}

absl::Status Detach(const Session& session, const Dependent& dependent,
                    const Expression& where, Value now) {
  const Table& table = *dependent.model().table;
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  const absl::Span<const ColumnForm> forms = (*live)->forms;
  const Column& key = At(table, dependent.column);
  Update update;
  update.table = TableName(table);
  update.set.emplace_back(
      key.name, key.reference->on_delete == ReferentialAction::kSetNull
                    ? Literal(Value::Null())
                    : Stored(forms, dependent.column, DefaultValue(key)));
  AddStamps(table, forms, now, &update);
  update.where = where;
  int64_t changed = 0;
  return Run(session, update, &changed).status();
}

absl::Status HideDependents(const Session& session, const Table& table,
                            const Rows& rows, absl::Time now,
                            RowsByTable* gone) {
  // What goes keeps nothing.
  for (size_t i = 0; i < table.dependents.size(); ++i) {
    const Dependent& dependent = table.dependents[i];
    const Table& other = *dependent.model().table;
    const Expression where = Referring(dependent, rows, i);
    switch (At(other, dependent.column).reference->on_delete) {
      case ReferentialAction::kCascade: {
        const auto hidden = HideRows(session, other, where, now, gone);
        if (!hidden.ok()) return hidden.status();
        break;
      }
      case ReferentialAction::kSetNull:
      case ReferentialAction::kSetDefault: {
        auto status = Detach(session, dependent, where, TimeStamp(now));
        if (!status.ok()) return status;
        break;
      }
      case ReferentialAction::kNoAction:
      case ReferentialAction::kRestrict:
        break;
    }
  }
  for (size_t i = 0; i < table.dependents.size(); ++i) {
    const Dependent& dependent = table.dependents[i];
    const Table& other = *dependent.model().table;
    const ReferentialAction action =
        At(other, dependent.column).reference->on_delete;
    if (action != ReferentialAction::kNoAction &&
        action != ReferentialAction::kRestrict) {
      continue;
    }
    RowSet referring;
    referring.where = Referring(dependent, rows, i);
    const auto any = AnyRow(session, other, std::move(referring));
    if (!any.ok()) return any.status();
    if (*any) return StillReferredTo(table);
  }
  return absl::OkStatus();
}

// What rows that are shown refer to, to be looked at when all of them are: they
// may refer to each other.
struct Referred {
  const Table* table;
  int column;
  std::vector<Literal> values;
};

// Adds that of the rows that meet `where`.
absl::Status AddReferred(const Session& session, const Table& table,
                         const Expression& where, std::vector<Referred>* all) {
  std::vector<int> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    columns.push_back(static_cast<int>(i));
  }
  for (const int column : HidingReferences(table, columns)) {
    Select select;
    select.columns = {Expression::Column(table, column)};
    select.from = TableName(table);
    select.where = where;
    KeptRows kept;
    auto outcome = session.Run(Write(select, session.dialect()), kept);
    if (!outcome.ok()) return outcome.status();
    Referred& referred = all->emplace_back(Referred{&table, column, {}});
    for (auto& row : kept.rows) {
      referred.values.push_back(std::move(row.front()));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckAll(const Session& session, std::vector<Referred> all) {
  for (Referred& referred : all) {
    const auto there = AreThere(session, *referred.table, referred.column,
                                std::move(referred.values));
    if (!there.ok()) return there.status();
    if (!*there) return ReferredIsNotThere(*referred.table, referred.column);
  }
  return absl::OkStatus();
}

absl::StatusOr<Rows> Show(const Session& session, const Table& table,
                          const Expression& where, Value now,
                          int64_t* changed) {
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  // When they were hidden: that tells what was hidden with them.
  Select select;
  select.columns = ReferredColumns(table);
  select.from = TableName(table);
  select.where = where;
  select.lock = RowLock::kUpdate;
  KeptRows kept;
  auto outcome = session.Run(Write(select, session.dialect()), kept);
  if (!outcome.ok()) return outcome.status();
  Update update;
  update.table = TableName(table);
  update.set.emplace_back(At(table, ColumnIn(Role::kDeleteTime, table)).name,
                          Expression(Literal()));
  AddStamps(table, (*live)->forms, now, &update);
  update.where = where;
  auto shown = Run(session, update, changed);
  if (!shown.ok()) return shown.status();
  return std::move(kept.rows);
}

absl::StatusOr<int64_t> ShowAll(const Session& session, const Table& table,
                                const Expression& where, absl::Time now,
                                std::vector<Referred>* referred);

absl::Status ShowDependents(const Session& session, const Table& table,
                            const Rows& rows, absl::Time now,
                            std::vector<Referred>* referred) {
  for (size_t i = 0; i < table.dependents.size(); ++i) {
    const Dependent& dependent = table.dependents[i];
    const Table& other = *dependent.model().table;
    if (At(other, dependent.column).reference->on_delete !=
        ReferentialAction::kCascade) {
      continue;
    }
    const int hidden_at = ColumnIn(Role::kDeleteTime, other);
    for (const auto& row : rows) {
      const auto shown = ShowAll(session, other,
                                 ColumnIs(other, dependent.column, row[i]) &&
                                     ColumnIs(other, hidden_at, row.back()),
                                 now, referred);
      if (!shown.ok()) return shown.status();
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ShowAll(const Session& session, const Table& table,
                                const Expression& where, absl::Time now,
                                std::vector<Referred>* referred) {
  const auto there = RowsThere(session, table, Deleted::kOnly);
  if (!there.ok()) return there.status();
  const Expression mine = where && *there;
  auto status = AddReferred(session, table, mine, referred);
  if (!status.ok()) return status;
  int64_t shown = 0;
  const auto rows = Show(session, table, mine, TimeStamp(now), &shown);
  if (!rows.ok()) return rows.status();
  status = ShowDependents(session, table, *rows, now, referred);
  if (!status.ok()) return status;
  return shown;
}

}  // namespace

Update HidingUpdate(const Table& table, absl::Span<const ColumnForm> forms,
                    const Expression& where, absl::Time now) {
  const int hidden_at = ColumnIn(Role::kDeleteTime, table);
  Update update;
  update.table = TableName(table);
  update.set.emplace_back(At(table, hidden_at).name,
                          Stored(forms, hidden_at, TimeStamp(now)));
  AddStamps(table, forms, TimeStamp(now), &update);
  update.where = where && NotHidden(table);
  return update;
}

std::string NameOf(const Table& table) {
  return table.schema.empty() ? std::string(table.name)
                              : absl::StrCat(table.schema, ".", table.name);
}

absl::StatusOr<int64_t> HideRows(const Session& session, const Table& table,
                                 const Expression& where, absl::Time now,
                                 RowsByTable* gone) {
  const auto there = session.tenant().RowsOf(table);
  if (!there.ok()) return there.status();
  const auto live = session.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  Update update = HidingUpdate(table, (*live)->forms, where && *there, now);
  if (HasDependents(table)) update.returning = ReferredColumns(table);
  int64_t hidden = 0;
  const auto rows = Run(session, update, &hidden);
  if (!rows.ok()) return rows.status();
  if (gone != nullptr && hidden > 0) (*gone)[NameOf(table)] += hidden;
  if (!rows->empty()) {
    auto status = HideDependents(session, table, *rows, now, gone);
    if (!status.ok()) return status;
  }
  return hidden;
}

absl::Status HideFollowing(const Session& session, const Table& table,
                           const Expression& where, absl::Time now) {
  Select select;
  select.columns = ReferredColumns(table);
  select.from = TableName(table);
  select.where = where;
  KeptRows kept;
  auto outcome = session.Run(Write(select, session.dialect()), kept);
  if (!outcome.ok()) return outcome.status();
  if (kept.rows.empty()) return absl::OkStatus();
  return HideDependents(session, table, kept.rows, now, nullptr);
}

absl::StatusOr<int64_t> ShowRows(const Session& session, const Table& table,
                                 const Expression& where, absl::Time now) {
  std::vector<Referred> referred;
  const auto shown = ShowAll(session, table, where, now, &referred);
  if (!shown.ok()) return shown.status();
  auto status = CheckAll(session, std::move(referred));
  if (!status.ok()) return status;
  return shown;
}

}  // namespace modelservice
