#include "modelservice/orm/update_batch.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/kept_values.h"
#include "modelservice/orm/referred.h"
#include "modelservice/sql/most_parameters.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

// A power of two, as the lengths of all statements are: few texts will do.
constexpr size_t kMostRows = 512;

size_t MostRows(size_t values) {
  size_t rows = kMostRows;
  while (rows > 1 && rows * values > kMostParameters) rows /= 2;
  return rows;
}

std::vector<int> StatesOf(const Table& table) {
  std::vector<int> states;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (TellsStates(table.columns[i].role)) {
      states.push_back(static_cast<int>(i));
    }
  }
  return states;
}

std::string TextOf(const std::vector<Value>& key) {
  std::string text;
  for (const Value part : key) {
    const std::string one = KeyText(part);
    absl::StrAppend(&text, one.size(), ":", one);
  }
  return text;
}

}  // namespace

// Each row has its key, its values, what these may stand for, its state.
UpdateBatch::UpdateBatch(const ManyRows& rows)
    : rows_(rows),
      states_(StatesOf(*rows.model.table)),
      most_(MostRows(rows.model.table->key.size() + 2 * rows.written.size() +
                     states_.size())) {}

bool UpdateBatch::Has(const std::vector<Value>& key) const {
  return keys_.count(TextOf(key)) > 0;
}

absl::Status UpdateBatch::Add(std::unique_ptr<RowToWrite> row,
                              const std::vector<Value>& key) {
  if (!GoesWithOthers(*row)) {
    if (auto status = Flush(); !status.ok()) return status;
    return WriteOne(*row);
  }
  keys_.insert(TextOf(key));
  waiting_.push_back(std::move(row));
  return waiting_.size() < most_ ? absl::OkStatus() : Flush();
}

// A row whose statement is not like that of others goes alone.
bool UpdateBatch::GoesWithOthers(RowToWrite& row) const {
  if (!row.spared.empty()) return false;
  for (const int column : states_) {
    const Literal* const state = row.state.Of(column);
    if (state == nullptr) continue;
    const Value stored =
        StoredIn(rows_.live.forms, column, state->value(), row.arena);
    if (stored.kind() == Value::Kind::kInvalid) return false;
  }
  for (const int column : rows_.written) {
    const auto shown = ShowsAs(rows_.session.dialect(), rows_.model, rows_.live,
                               column, row.values[column]);
    row.others.emplace_back();
    if (!shown.has_value()) continue;
    const auto* const compare = shown->As<Expression::CompareNode>();
    const auto* const literal =
        compare == nullptr || compare->comparison != Comparison::kEqual
            ? nullptr
            : compare->right.As<Expression::LiteralNode>();
    if (literal == nullptr) return false;
    row.others.back() = row.arena.OwnTextOf(literal->literal.value());
  }
  return true;
}

absl::Status UpdateBatch::Flush() {
  const Rows rows = std::exchange(waiting_, {});
  keys_.clear();
  if (rows.size() > 1) {
    bool found_all = true;
    int64_t changed = 0;
    auto status =
        rows_.transaction.Savepoint([&](Transaction&) -> absl::Status {
          const auto done = WriteTogether(rows);
          if (!done.ok()) return done.status();
          changed = *done;
          found_all = changed == static_cast<int64_t>(rows.size());
          return found_all ? absl::OkStatus() : absl::CancelledError();
        });
    if (status.ok()) {
      changed_ += changed;
      return status;
    }
    if (found_all && !IsOfOneRow(status)) return status;
  }
  for (const auto& row : rows) {
    if (auto status = WriteOne(*row); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status UpdateBatch::WriteOne(const RowToWrite& row) {
  const Table& table = *rows_.model.table;
  auto referred =
      CheckReferred(rows_.session, table, rows_.columns, row.values.row());
  if (!referred.ok()) return OfRow(referred, row.number);
  const Expression key = KeyIs(table, row.values.row()) && rows_.there;
  Update update = UpdateOf(table, rows_.written,
                           key && row.state.Condition(table, rows_.live.forms),
                           Returning::kNothing);
  const std::vector<Value> parameters =
      SetColumns(rows_.session.dialect(), rows_.model, rows_.live,
                 rows_.written, row.values, row.spared, &update);
  Statement statement = Write(update, rows_.session.dialect(), parameters);
  NoRows ignored;
  auto outcome = rows_.transaction.Execute(statement, ignored);
  if (!outcome.ok()) return OfRow(outcome.status(), row.number);
  auto owners = CheckOwners(rows_.session, table, rows_.columns, key);
  if (!owners.ok()) return OfRow(owners, row.number);
  changed_ += outcome->changes;
  if (outcome->changes > 0 || row.state.is_any()) return absl::OkStatus();
  const auto missed =
      row.state.Explain(rows_.session, rows_.model, key, row.values.Key());
  return absl::IsNotFound(missed) ? absl::OkStatus() : missed;
}

absl::StatusOr<int64_t> UpdateBatch::WriteTogether(const Rows& rows) {
  const Table& table = *rows_.model.table;
  for (const int column : HidingReferences(table, rows_.columns)) {
    std::vector<Literal> values;
    for (const auto& row : rows) values.emplace_back(row->values[column]);
    const auto there =
        AreThere(rows_.session, table, column, std::move(values));
    if (!there.ok()) return there.status();
    if (!*there) return ReferredIsNotThere(table, column);
  }
  std::vector<Value> parameters;
  const Update update = UpdateOfAll(rows, &parameters);
  Statement statement = Write(update, rows_.session.dialect(), parameters);
  NoRows ignored;
  auto outcome = rows_.transaction.Execute(statement, ignored);
  if (!outcome.ok()) return outcome.status();
  if (auto owners = CheckOwnersOf(rows); !owners.ok()) return owners;
  return outcome->changes;
}

// By the first part of the key, which other rows may have, too: none of these
// refers to another tenant's either.
absl::Status UpdateBatch::CheckOwnersOf(const Rows& rows) const {
  const Table& table = *rows_.model.table;
  std::vector<Literal> keys;
  for (const auto& row : rows) {
    keys.emplace_back(row->values[table.key.front()]);
  }
  return CheckOwners(
      rows_.session, table, rows_.columns,
      Expression::In(Expression::Column(table, table.key.front()),
                     std::move(keys)) &&
          rows_.there);
}

Update UpdateBatch::UpdateOfAll(const Rows& rows,
                                std::vector<Value>* parameters) const {
  const Table& table = *rows_.model.table;
  Update update;
  update.table = TableName(table);
  // Columns of the table, and what a row gives for each.
  std::vector<int> columns;
  const auto given = [&](int column) {
    columns.push_back(column);
    return Given(columns.size() - 1);
  };
  for (const int column : table.key) {
    update.where =
        update.where && Expression::Compare(Expression::Column(table, column),
                                            Comparison::kEqual, given(column));
  }
  std::vector<size_t> compared;
  for (size_t i = 0; i < rows_.written.size(); ++i) {
    const int column = rows_.written[i];
    const Column& described = table.columns[static_cast<size_t>(column)];
    const Expression own = Expression::Column(table, column);
    Expression value = given(column);
    if (described.role == Role::kVersion) {
      value = Expression::Compute(own, Arithmetic::kAdd, value);
    }
    if (std::any_of(rows.begin(), rows.end(), [i](const auto& row) {
          return !row->others[i].is_null();
        })) {
      compared.push_back(i);
      value = Expression::Case(
          {{Expression::Compare(own, Comparison::kEqual, given(column)), own}},
          value);
    }
    update.set.emplace_back(described.name, value);
  }
  for (const int column : states_) {
    const Expression state = given(column);
    update.where =
        update.where && (Expression::IsNull(state) ||
                         Expression::Compare(Expression::Column(table, column),
                                             Comparison::kEqual, state));
  }
  update.where = update.where && rows_.there;
  for (const int column : columns) {
    update.given.like.push_back(Expression::Column(table, column));
  }
  // Rows of NULLs, which meet none, fill it up to one of few lengths.
  update.given.count = 1;
  while (update.given.count < rows.size()) update.given.count *= 2;
  parameters->reserve(columns.size() * update.given.count);
  for (const auto& row : rows) {
    for (const Value part : row->values.Key()) parameters->push_back(part);
    auto next = compared.begin();
    for (size_t i = 0; i < rows_.written.size(); ++i) {
      parameters->push_back(row->values[rows_.written[i]]);
      if (next == compared.end() || *next != i) continue;
      parameters->push_back(row->others[i]);
      ++next;
    }
    for (const int column : states_) {
      const Literal* const state = row->state.Of(column);
      parameters->push_back(
          state == nullptr
              ? Value()
              : StoredIn(rows_.live.forms, column, state->value(), row->arena));
    }
  }
  return update;
}

}  // namespace modelservice
