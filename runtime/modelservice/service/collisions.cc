#include "modelservice/service/collisions.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "modelservice/db/error.h"
#include "modelservice/db/found_sink.h"
#include "modelservice/errors.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/service/unique_fault.h"
#include "modelservice/service/visible_rows.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

using Kind = DatabaseError::Kind;

// Columns whose values no two rows share.
std::vector<std::vector<int>> UniqueSets(const Table& table) {
  std::vector<std::vector<int>> sets;
  sets.emplace_back(table.key.begin(), table.key.end());
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].unique) sets.push_back({static_cast<int>(i)});
  }
  for (const Index& index : table.indexes) {
    // What a condition in SQL leaves out, the database alone knows.
    if (!index.unique || !IsOfShownRows(index, table)) continue;
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
    for (const ForeignKey& key : table_.foreign_keys) {
      if (auto status = CheckForeignKey(key); !status.ok()) return status;
    }
    const std::vector<std::vector<int>> sets = UniqueSets(table_);
    const int tenant = ColumnIn(Role::kTenant, table_);
    const auto width = [&](const std::vector<int>& set) {
      return set.size() -
             static_cast<size_t>(std::count(set.begin(), set.end(), tenant));
    };
    for (const auto& set : sets) {
      if (width(set) > 1) continue;
      if (auto status = CheckUnique(set); !status.ok()) return status;
    }
    // Of fields together where each is right by itself; as Django REST
    // framework has it, where all of them are.
    of_fields_ = faults->size();
    if (of_fields_ > 0 && table_.style != ClientStyle::kNone) {
      return absl::OkStatus();
    }
    for (const auto& set : sets) {
      if (width(set) < 2) continue;
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
    const auto end = faults_->begin() + static_cast<std::ptrdiff_t>(std::min(
                                            of_fields_, faults_->size()));
    return std::any_of(faults_->begin(), end, [&](const Violation& fault) {
      return absl::StartsWith(fault.field, field) &&
             (fault.field.size() == field.size() ||
              fault.field[field.size()] == '.' ||
              fault.field[field.size()] == '[');
    });
  }

  absl::StatusOr<bool> HasRow(const Table& table, const Expression& where) {
    Select one;
    one.from = TableName(table);
    one.where = where;
    one.limit = 1;
    Statement select = Write(one, transaction_.database().dialect());
    FoundSink any;
    auto outcome = transaction_.Execute(select, any);
    if (!outcome.ok()) return outcome.status();
    return any.found;
  }

  absl::StatusOr<bool> IsThere(const Column& column, Value value) {
    const Reference& reference = *column.reference;
    if (reference.visible_only) {
      return service_.visible->Has(call_, transaction_, reference, value);
    }
    if (reference.hiding != nullptr) {
      const Table& other = *reference.hiding().table;
      for (size_t i = 0; i < other.columns.size(); ++i) {
        if (other.columns[i].name != reference.column) continue;
        const auto mine = Tenant().RowsOf(other);
        if (!mine.ok()) return mine.status();
        return HasRow(other,
                      ColumnIs(other, static_cast<int>(i), Literal(value)) &&
                          *mine && NotHidden(other));
      }
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
    faults_->push_back(
        NoSuchKey(At(column).field, At(column).sensitive ? Value()
                                    : has_form           ? Value::Text(shown)
                                                         : ValueOf(column)));
    return absl::OkStatus();
  }

  // Of the fields together where each is right by itself.
  absl::Status CheckForeignKey(const ForeignKey& key) {
    const int tenant = ColumnIn(Role::kTenant, table_);
    std::vector<Column> referred;
    std::vector<Literal> values;
    std::vector<Violation> faults;
    for (size_t i = 0; i < key.columns.size(); ++i) {
      const int column = key.columns[i];
      referred.push_back(At(column).Name(key.referenced[i]));
      if (column == tenant) {
        const auto mine = Tenant().ValueFor(table_);
        if (!mine.ok()) return mine.status();
        values.push_back(**mine);
        continue;
      }
      if (!IsGiven(column) || IsAtFault(column)) return absl::OkStatus();
      values.emplace_back(ValueOf(column));
      faults.push_back(NoSuchKey(At(column).field, Value()));
    }
    const Table other =
        Table(key.to.table, "", referred, {}, {}).InSchema(key.to.schema);
    Expression same;
    for (size_t i = 0; i < values.size(); ++i) {
      same = same && ColumnIs(other, static_cast<int>(i), values[i]);
    }
    const auto there = HasRow(other, same);
    if (!there.ok()) return there.status();
    if (*there) return absl::OkStatus();
    found_other_ = true;
    faults_->insert(faults_->end(), faults.begin(), faults.end());
    return absl::OkStatus();
  }

  absl::Status CheckUnique(const std::vector<int>& set) {
    const bool is_key = std::equal(set.begin(), set.end(), table_.key.begin(),
                                   table_.key.end());
    if (exists_ && is_key) return absl::OkStatus();
    Expression same;
    const int tenant = ColumnIn(Role::kTenant, table_);
    for (const int column : set) {
      if (column == tenant && set.size() > 1) {
        const auto mine = Tenant().RowsOf(table_);
        if (!mine.ok()) return mine.status();
        same = same && *mine;
        continue;
      }
      if (!IsGiven(column) || IsAtFault(column)) return absl::OkStatus();
      same = same && ColumnIs(table_, column, Literal(ValueOf(column)));
    }
    if (!is_key) same = same && NotHidden(table_);
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
  // How many of them are of fields by themselves.
  size_t of_fields_ = std::numeric_limits<size_t>::max();
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
  return !table.foreign_keys.empty() ||
         std::any_of(sets.begin(), sets.end(), given_by_clients) ||
         std::any_of(
             table.columns.begin(), table.columns.end(),
             [](const Column& column) { return column.reference != nullptr; });
}

bool IsCollision(const absl::Status& status) {
  return HasKind(status, Kind::kUnique) || HasKind(status, Kind::kForeignKey);
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
    const bool is_numbered =
        of.size() == 1 &&
        table.columns[static_cast<size_t>(of[0])].auto_increment;
    if (of.empty() || is_numbered) return status;
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
