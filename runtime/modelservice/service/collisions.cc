#include "modelservice/service/collisions.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/error.h"
#include "modelservice/errors.h"
#include "modelservice/service/unique_fault.h"
#include "modelservice/service/visible_rows.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using Kind = DatabaseError::Kind;

class AnyRow final : public RowSink {
 public:
  absl::Status OnRow(Row) override {
    found = true;
    return absl::OkStatus();
  }
  void OnRestart() override { found = false; }
  bool found = false;
};

// Columns whose values no two rows share.
std::vector<std::vector<int>> UniqueSets(const Table& table) {
  std::vector<std::vector<int>> sets;
  sets.emplace_back(table.key.begin(), table.key.end());
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].unique) sets.push_back({static_cast<int>(i)});
  }
  for (const Index& index : table.indexes) {
    // What a condition in SQL leaves out, the database alone knows.
    if (!index.unique || !index.where.empty()) continue;
    std::vector<int>& set = sets.emplace_back();
    for (const IndexColumn& part : index.columns) set.push_back(part.column);
  }
  return sets;
}

class Search {
 public:
  Search(const ServicePlan& service, const CallContext& call,
         Transaction& transaction, Row row, absl::Span<const int> columns,
         bool exists)
      : service_(service),
        call_(call),
        transaction_(transaction),
        table_(*service.model->table),
        row_(row),
        columns_(columns),
        exists_(exists) {}

  // Adds to `faults`, which has those of values.
  absl::Status Run(std::vector<Violation>* faults) {
    faults_ = faults;
    for (const int column : columns_) {
      if (auto status = CheckReference(column); !status.ok()) return status;
    }
    const std::vector<std::vector<int>> sets = UniqueSets(table_);
    for (const auto& set : sets) {
      if (set.size() != 1) continue;
      if (auto status = CheckUnique(set); !status.ok()) return status;
    }
    // Of fields together only where each is right by itself.
    for (const auto& set : sets) {
      if (set.size() < 2 || !faults->empty()) continue;
      if (auto status = CheckUnique(set); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // Whether every fault that was added is of values that another row has.
  bool found_unique() const { return found_unique_; }
  bool found_other() const { return found_other_; }

 private:
  const Column& At(int column) const {
    return table_.columns[static_cast<size_t>(column)];
  }
  Value ValueOf(int column) const { return row_[static_cast<size_t>(column)]; }

  bool IsGiven(int column) const {
    const Value::Kind kind = ValueOf(column).kind();
    return kind != Value::Kind::kNull && kind != Value::Kind::kInvalid &&
           !At(column).auto_increment &&
           std::find(columns_.begin(), columns_.end(), column) !=
               columns_.end();
  }

  // Also below it: `tags[2]`, `address.city`.
  bool IsAtFault(int column) const {
    const absl::string_view field = At(column).field;
    return std::any_of(faults_->begin(), faults_->end(),
                       [&](const Violation& fault) {
                         return absl::StartsWith(fault.field, field) &&
                                (fault.field.size() == field.size() ||
                                 fault.field[field.size()] == '.' ||
                                 fault.field[field.size()] == '[');
                       });
  }

  absl::StatusOr<bool> HasRow(const Table& table, const Expression& where) {
    Select one;
    one.columns.push_back(Expression::Literal(Value::Integer(1)));
    one.from = TableName(table);
    one.where = where;
    one.limit = 1;
    Statement select = Write(one, transaction_.database().dialect());
    AnyRow any;
    auto outcome = transaction_.Execute(select, any);
    if (!outcome.ok()) return outcome.status();
    return any.found;
  }

  absl::StatusOr<bool> IsThere(const Column& column, Value value) {
    const Reference& reference = *column.reference;
    if (reference.visible_only) {
      return service_.visible->Has(call_, transaction_, reference, value);
    }
    Column key = column;
    key.name = reference.column;
    const Table referred =
        Table(reference.table, "", absl::MakeConstSpan(&key, 1), {}, {})
            .InSchema(reference.schema);
    return HasRow(referred, ColumnIs(referred, 0, Literal(value)));
  }

  absl::Status CheckReference(int column) {
    if (At(column).reference == nullptr || !IsGiven(column) ||
        IsAtFault(column)) {
      return absl::OkStatus();
    }
    const auto there = IsThere(At(column), ValueOf(column));
    if (!there.ok()) return there.status();
    if (*there) return absl::OkStatus();
    found_other_ = true;
    std::string shown;
    const bool has_form = !service_.forms.empty() &&
                          service_.forms[static_cast<size_t>(column)].Show(
                              ValueOf(column), &shown);
    faults_->push_back(NoSuchKey(
        At(column).field, has_form ? Value::Text(shown) : ValueOf(column)));
    return absl::OkStatus();
  }

  absl::Status CheckUnique(const std::vector<int>& set) {
    const bool is_key = std::equal(set.begin(), set.end(), table_.key.begin(),
                                   table_.key.end());
    if (exists_ && is_key) return absl::OkStatus();
    Expression same;
    for (const int column : set) {
      if (!IsGiven(column) || IsAtFault(column)) return absl::OkStatus();
      same = same && ColumnIs(table_, column, Literal(ValueOf(column)));
    }
    const auto there =
        HasRow(table_, exists_ ? same && !KeyIs(table_, row_) : same);
    if (!there.ok()) return there.status();
    if (!*there) return absl::OkStatus();
    found_unique_ = true;
    for (Violation& fault : UniqueFault(table_, set)) {
      faults_->push_back(std::move(fault));
    }
    return absl::OkStatus();
  }

  const ServicePlan& service_;
  const CallContext& call_;
  Transaction& transaction_;
  const Table& table_;
  const Row row_;
  const absl::Span<const int> columns_;
  const bool exists_;
  std::vector<Violation>* faults_ = nullptr;
  bool found_unique_ = false;
  bool found_other_ = false;
};

// The columns that the database names; none where it names no table of ours.
std::vector<int> ColumnsOf(const Table& table, const DatabaseError& error) {
  std::vector<int> columns;
  if (!error.table.empty() && error.table != table.name) return columns;
  for (const std::string& name : error.columns) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      if (absl::EqualsIgnoreCase(table.columns[i].name, name)) {
        columns.push_back(static_cast<int>(i));
      }
    }
  }
  return columns;
}

}  // namespace

bool MayCollide(const Table& table) {
  const std::vector<std::vector<int>> sets = UniqueSets(table);
  const auto given_by_clients = [&](const std::vector<int>& set) {
    return std::none_of(set.begin(), set.end(), [&](int column) {
      return table.columns[static_cast<size_t>(column)].auto_increment;
    });
  };
  return std::any_of(sets.begin(), sets.end(), given_by_clients) ||
         std::any_of(
             table.columns.begin(), table.columns.end(),
             [](const Column& column) { return column.reference != nullptr; });
}

bool IsCollision(const absl::Status& status) {
  const auto error = GetDatabaseError(status);
  return error.has_value() &&
         (error->kind == Kind::kUnique || error->kind == Kind::kForeignKey);
}

absl::Status WithCollisions(const ServicePlan& service, const CallContext& call,
                            Transaction& transaction,
                            const absl::Status& status,
                            std::vector<Violation> faults, Row row,
                            absl::Span<const int> columns, bool exists) {
  const Table& table = *service.model->table;
  const bool has_others = !faults.empty();
  Search search(service, call, transaction, row, columns, exists);
  if (!search.Run(&faults).ok() || faults.empty()) return status;
  const auto error = GetDatabaseError(status);
  bool found_unique = search.found_unique();
  if (error.has_value() && error->kind == Kind::kUnique && !found_unique) {
    // Of an index with a condition, or of a row that is gone by now.
    const std::vector<int> of = ColumnsOf(table, *error);
    if (of.empty()) return status;
    for (Violation& fault : UniqueFault(table, of)) {
      faults.push_back(std::move(fault));
    }
    found_unique = true;
  }
  if (!found_unique || has_others || search.found_other()) {
    return InvalidArgument(faults);
  }
  return AlreadyExists(table.message, faults);
}

}  // namespace modelservice
