#include "modelservice/manage/row_loader.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/manage/late_references.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/rows.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/most_parameters.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

constexpr absl::string_view kMendOfLost =
    "no row is what it refers to: add that one, or correct it";

constexpr size_t kRowsTogether = 1000;

std::vector<int> AllColumns(const Table& table) {
  std::vector<int> columns(table.columns.size());
  std::iota(columns.begin(), columns.end(), 0);
  return columns;
}

// What PostgreSQL's NUMERIC has beyond numbers. No client may send it, but a
// dump has what the database had.
bool IsBeyondNumbers(Value value) {
  return value.kind() == Value::Kind::kText &&
         (value.text() == "NaN" || value.text() == "Infinity" ||
          value.text() == "-Infinity");
}

// What a row's columns are to hold.
absl::Status ReadValues(const LoadedRow& row, const LiveTable& live,
                        const Dialect& dialect, bool deferred,
                        RowValues* values) {
  values->Read(*row.message);
  if (!deferred) {
    for (const int column : row.step->deferred) {
      values->Set(column, Value::Null());
    }
  }
  std::vector<std::pair<int, Value>> beyond;
  for (size_t i = 0; dialect.keeps_types() && i < live.forms.size(); ++i) {
    const int column = static_cast<int>(i);
    if (!live.forms[i].is_decimal() || !IsBeyondNumbers((*values)[column])) {
      continue;
    }
    beyond.emplace_back(column, (*values)[column]);
    values->Set(column, Value::Null());
  }
  auto status = StoreValues(*row.step->model, live, values);
  for (const auto& [column, value] : beyond) values->Set(column, value);
  return status;
}

class LoadedSource final : public RowSource {
 public:
  LoadedSource(absl::Span<const LoadedRow> rows, const LiveTable& live,
               const Dialect& dialect)
      : rows_(rows), live_(live), dialect_(dialect) {}

  absl::StatusOr<std::optional<Row>> Next() override {
    if (next_ == rows_.size()) return std::nullopt;
    const LoadedRow& row = rows_[next_++];
    values_.emplace(*row.step->model);
    auto status =
        ReadValues(row, live_, dialect_, /*deferred=*/false, &*values_);
    if (!status.ok()) return status;
    return values_->row();
  }

 private:
  const absl::Span<const LoadedRow> rows_;
  const LiveTable& live_;
  const Dialect& dialect_;
  size_t next_ = 0;
  std::optional<RowValues> values_;
};

// INSERT, or what becomes of the row that has its key.
Insert UpsertInto(const Table& table, absl::Span<const int> columns) {
  Insert insert = InsertInto(table, columns, Returning::kNothing);
  OnConflict conflict;
  for (const int column : table.key) {
    conflict.columns.push_back(table.columns[static_cast<size_t>(column)].name);
  }
  for (const int column : columns) {
    const absl::string_view name =
        table.columns[static_cast<size_t>(column)].name;
    if (std::find(conflict.columns.begin(), conflict.columns.end(), name) ==
        conflict.columns.end()) {
      conflict.set.emplace_back(name, Expression::Named(name, "excluded"));
    }
  }
  insert.on_conflict = std::move(conflict);
  return insert;
}

// Whether the row is to blame, and not the database or another transaction.
bool IsOfRow(const absl::Status& error) {
  return !GetDatabaseError(error).has_value() || IsOfOneRow(error);
}

absl::string_view MendOf(const absl::Status& error, RowOrder order) {
  const auto database = GetDatabaseError(error);
  if (!database.has_value()) return "correct it";
  switch (database->kind) {
    case DatabaseError::Kind::kUnique:
      return "load into empty tables, or with --upsert, which writes over rows "
             "that have the same key";
    case DatabaseError::Kind::kForeignKey:
      return order == RowOrder::kAsTheyCome
                 ? "load the rows that it refers to first, as dumpdata orders "
                   "them, or all in one transaction, without --batch"
                 : kMendOfLost;
    default:
      return "correct it";
  }
}

// The error with the row's place and what to do.
absl::Status AtRow(const LoadedRow& row, const absl::Status& error,
                   RowOrder order) {
  if (!IsOfRow(error)) return error;
  absl::Status told(
      error.code(),
      absl::StrCat(row.place, ": ", MessageNameOf(*row.step->model), ": ",
                   error.message(), "; ", MendOf(error, order)));
  error.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    told.SetPayload(type, payload);
  });
  return told;
}

std::string NameOf(const Table& table, const Dialect& dialect) {
  std::string name;
  dialect.AppendTable(table.schema, table.name, &name);
  return name;
}

}  // namespace

bool RowLoader::IsConnected(const LoadedRow& row) {
  if (row.step->deferred.empty()) return false;
  RowValues values(*row.step->model);
  values.Read(*row.message);
  return std::any_of(row.step->deferred.begin(), row.step->deferred.end(),
                     [&](int column) { return !values[column].is_null(); });
}

absl::Status RowLoader::InsertOnce(Transaction& transaction,
                                   absl::Span<const LoadedRow> rows) const {
  if (upsert_) return Upsert(transaction, rows);
  const Table& table = *rows.front().step->model->table;
  const auto live = transaction.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  LoadedSource source(rows, **live, transaction.database().dialect());
  return transaction.InsertRows(table, AllColumns(table), source).status();
}

absl::Status RowLoader::Upsert(Transaction& transaction,
                               absl::Span<const LoadedRow> rows) const {
  const Table& table = *rows.front().step->model->table;
  const auto live = transaction.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  const std::vector<int> columns = AllColumns(table);
  const auto insert = UpsertInto(table, columns);
  for (const LoadedRow& row : rows) {
    RowValues values(*row.step->model);
    auto status = ReadValues(row, **live, transaction.database().dialect(),
                             /*deferred=*/false, &values);
    if (!status.ok()) return status;
    Statement statement =
        Write(insert, transaction.database().dialect(), values.row());
    statement.writes = true;
    NoRows none;
    const auto done = transaction.Execute(statement, none);
    if (!done.ok()) return done.status();
  }
  return absl::OkStatus();
}

absl::Status RowLoader::Insert(Transaction& transaction,
                               absl::Span<const LoadedRow> rows) const {
  const auto insert = [&](absl::Span<const LoadedRow> some) {
    return transaction.Savepoint(
        [&](Transaction& inner) { return InsertOnce(inner, some); });
  };
  const absl::Status status = insert(rows);
  if (status.ok() || !IsOfRow(status)) return status;
  // Which of them it was, one alone tells.
  for (const LoadedRow& row : rows) {
    const absl::Status one = insert({&row, 1});
    if (!one.ok()) return AtRow(row, one, order_);
  }
  return absl::OkStatus();
}

absl::Status RowLoader::ConnectTogether(
    Transaction& transaction, absl::Span<const LoadedRow> rows) const {
  const TableToLoad& step = *rows.front().step;
  const Table& table = *step.model->table;
  const Dialect& dialect = transaction.database().dialect();
  const auto live = transaction.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  const std::string name = NameOf(table, dialect);
  std::vector<int> columns(table.key.begin(), table.key.end());
  columns.insert(columns.end(), step.deferred.begin(), step.deferred.end());
  // The first row is none, and has the columns' types.
  std::string values;
  std::string names;
  std::string set;
  std::string where;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string column =
        QuotedName(table.columns[static_cast<size_t>(columns[i])].name);
    absl::StrAppend(&values, i == 0 ? "(" : ", ", "(SELECT ", column, " FROM ",
                    name, " LIMIT 0)");
    absl::StrAppend(&names, i == 0 ? "" : ", ", column);
    const bool of_key = i < table.key.size();
    std::string& to = of_key ? where : set;
    absl::StrAppend(&to,
                    to.empty() ? ""
                    : of_key   ? " AND "
                               : ", ",
                    of_key ? "t." : "", column, " = v.", column);
  }
  absl::StrAppend(&values, ")");
  // Their values view the messages, and these.
  std::vector<std::unique_ptr<RowValues>> kept;
  Statement statement;
  for (const LoadedRow& row : rows) {
    RowValues& of_row =
        *kept.emplace_back(std::make_unique<RowValues>(*step.model));
    auto status = ReadValues(row, **live, dialect, /*deferred=*/true, &of_row);
    if (!status.ok()) return status;
    absl::string_view separator = ", (";
    for (const int column : columns) {
      absl::StrAppend(&values, separator);
      statement.parameters.push_back(of_row[column]);
      dialect.AppendPlaceholder(static_cast<int>(statement.parameters.size()),
                                &values);
      separator = ", ";
    }
    absl::StrAppend(&values, ")");
  }
  const std::string update =
      absl::StrCat("UPDATE ", name, " AS t SET ", set, " FROM (VALUES ", values,
                   ") AS v (", names, ") WHERE ", where);
  statement.text = update;
  statement.writes = true;
  NoRows none;
  return transaction.Execute(statement, none).status();
}

absl::Status RowLoader::Connect(Transaction& transaction,
                                absl::Span<const LoadedRow> rows) const {
  // A statement for each row, and a savepoint around it, would be a way to the
  // server and back for each. Of several rows of one key, the last counts.
  if (transaction.database().dialect().name() != "postgres" || upsert_ ||
      rows.empty()) {
    return ConnectEach(transaction, rows);
  }
  const TableToLoad& step = *rows.front().step;
  const size_t together = std::min(
      kRowsTogether,
      kMostParameters / (step.model->table->key.size() + step.deferred.size()));
  for (size_t i = 0; i < rows.size(); i += together) {
    const auto some = rows.subspan(i, together);
    absl::Status status = transaction.Savepoint(
        [&](Transaction& inner) { return ConnectTogether(inner, some); });
    // As where a role may write the columns, but not read them.
    if (HasKind(status, DatabaseError::Kind::kOther) ||
        HasKind(status, DatabaseError::Kind::kSyntax)) {
      return ConnectEach(transaction, rows.subspan(i));
    }
    // Which of them it was, one alone tells.
    if (!status.ok() && IsOfRow(status)) {
      status = ConnectEach(transaction, some);
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status RowLoader::ConnectEach(Transaction& transaction,
                                    absl::Span<const LoadedRow> rows) const {
  const Dialect& dialect = transaction.database().dialect();
  for (const LoadedRow& row : rows) {
    const Table& table = *row.step->model->table;
    const auto live = transaction.database().LiveTableOf(table);
    if (!live.ok()) return live.status();
    RowValues values(*row.step->model);
    auto status = ReadValues(row, **live, dialect, /*deferred=*/true, &values);
    if (!status.ok()) return status;
    std::vector<Value> parameters;
    for (const int column : row.step->deferred) {
      parameters.push_back(values[column]);
    }
    for (const Value part : values.Key()) parameters.push_back(part);
    status = transaction.Savepoint([&](Transaction& inner) {
      Statement statement = Write(
          UpdateOf(table, row.step->deferred,
                   ColumnsAreParameters(table, table.key), Returning::kNothing),
          dialect, parameters);
      statement.writes = true;
      NoRows none;
      return inner.Execute(statement, none).status();
    });
    if (!status.ok()) return AtRow(row, status, order_);
  }
  return absl::OkStatus();
}

absl::Status RowLoader::Lost(const LoadedRow& row,
                             const ReferenceToLoad& reference) {
  return absl::FailedPreconditionError(
      absl::StrCat(row.place, ": ", MessageNameOf(*row.step->model), ": ",
                   ColumnsOf(*row.step, reference), " refers to ",
                   reference.table, "; ", kMendOfLost));
}

absl::StatusOr<bool> RowLoader::HasKey(Transaction& transaction,
                                       const LoadedRow& row,
                                       absl::Span<const Literal> key) {
  const Table& table = *row.step->model->table;
  const auto live = transaction.database().LiveTableOf(table);
  if (!live.ok()) return live.status();
  RowValues values(*row.step->model);
  auto status = ReadValues(row, **live, transaction.database().dialect(),
                           /*deferred=*/false, &values);
  if (!status.ok()) return status;
  for (size_t i = 0; i < key.size(); ++i) {
    if (!SameValue(values[table.key[i]], key[i].value())) return false;
  }
  return true;
}

absl::Status RowLoader::MoveSequence(Transaction& transaction,
                                     absl::Span<const LoadedRow> rows) const {
  const Table& table = *rows.front().step->model->table;
  const Dialect& dialect = transaction.database().dialect();
  if (dialect.name() != "postgres" || table.key.size() != 1) {
    return absl::OkStatus();
  }
  const int key = table.key[0];
  const Column& column = table.columns[static_cast<size_t>(key)];
  if (!column.auto_increment) return absl::OkStatus();
  int64_t last = 0;
  for (const LoadedRow& row : rows) {
    RowValues values(*row.step->model);
    values.Read(*row.message);
    last = std::max(last, values[key].integer());
  }
  if (last < 1) return absl::OkStatus();
  // A key may have no sequence, of a table that another program made.
  Database& database = transaction.database();
  const auto sequences =
      database
          .Query("SELECT pg_get_serial_sequence(?, ?)", NameOf(table, dialect),
                 std::string(column.name))
          .Tuples<std::optional<std::string>>();
  if (!sequences.ok()) return sequences.status();
  const std::optional<std::string>& sequence = std::get<0>(sequences->front());
  if (!sequence.has_value()) return absl::OkStatus();
  // Never back: others may have been given keys behind it.
  return database
      .Query(absl::StrCat("SELECT setval(?, ?) FROM ", *sequence,
                          " WHERE last_value < ? OR (last_value = ? AND NOT "
                          "is_called)"),
             *sequence, last, last, last)
      .Tuples<int64_t>()
      .status();
}

}  // namespace modelservice
