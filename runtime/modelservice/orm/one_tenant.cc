#include "modelservice/orm/one_tenant.h"

#include <map>
#include <string>
#include <utility>

#include "modelservice/orm/codec.h"
#include "modelservice/orm/referred.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

// The table that a column refers to, of several tenants' rows; null for any
// other.
const Table* TenantsTable(const Column& column) {
  const Reference* const reference = column.reference;
  if (reference == nullptr || reference->hiding == nullptr) return nullptr;
  const Table* const table = reference->hiding().table;
  return ColumnIn(Role::kTenant, *table) < 0 ? nullptr : table;
}

Expression KeyIn(const Table& referred, const Column& column) {
  return Expression::Column(referred,
                            ReferredColumn(*column.reference, referred));
}

Expression TenantIn(const Table& table) {
  return Expression::Column(table, ColumnIn(Role::kTenant, table));
}

// By the text of a row's key, whose it is.
using Owners = std::map<std::string, std::string>;

class OwnersSink final : public RowSink {
 public:
  explicit OwnersSink(Owners& owners) : owners_(owners) {}
  absl::Status OnRow(Row row) override {
    owners_[KeyText(row[0])] = KeyText(row[1]);
    return absl::OkStatus();
  }
  void OnRestart() override { owners_.clear(); }

 private:
  Owners& owners_;
};

absl::StatusOr<Owners> OwnersOf(const Session& session, const Column& column,
                                std::vector<Literal> keys) {
  const Table& referred = *TenantsTable(column);
  Select select;
  select.columns = {KeyIn(referred, column), TenantIn(referred)};
  select.from = TableName(referred);
  select.where = Expression::In(KeyIn(referred, column), std::move(keys));
  Owners owners;
  OwnersSink sink(owners);
  auto outcome = session.Run(Write(select, session.dialect()), sink);
  if (!outcome.ok()) return outcome.status();
  return owners;
}

// What the column is set to, or is.
Expression ValueOf(const Table& table, int column, const Update* update) {
  const absl::string_view name =
      table.columns[static_cast<size_t>(column)].name;
  if (update != nullptr) {
    for (const auto& [set, value] : update->set) {
      if (set == name) return value;
    }
  }
  return Expression::Column(table, column);
}

// Whose that is which a row refers to by `value`: NULL where it refers to
// nothing. As text, for each table may have its own type for it.
Expression OwnerOf(const Column& column, const Expression& value) {
  const Table& referred = *TenantsTable(column);
  Select select;
  select.columns = {Expression::Cast(TenantIn(referred), CastType::kText)};
  select.from = TableName(referred);
  select.related = &referred;
  select.where = Expression::Compare(
      KeyIn(referred, column), Comparison::kEqual, Expression::Outer(value));
  return Expression::Subselect(std::move(select));
}

}  // namespace

std::vector<int> TenantsReferences(const Session& session, const Table& table) {
  std::vector<int> columns;
  if (!session.tenant().is_all() || ColumnIn(Role::kTenant, table) >= 0) {
    return columns;
  }
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (TenantsTable(table.columns[i]) != nullptr) {
      columns.push_back(static_cast<int>(i));
    }
  }
  if (columns.size() < 2) columns.clear();
  return columns;
}

absl::StatusOr<std::optional<OfTwoTenants>> FindOfTwoTenants(
    const Session& session, const Table& table, size_t count,
    absl::FunctionRef<Literal(size_t row, int column)> value) {
  // Of each row, by the columns so far.
  std::map<size_t, std::string> owner_of;
  for (const int column : TenantsReferences(session, table)) {
    std::vector<Literal> keys;
    for (size_t row = 0; row < count; ++row) {
      Literal key = value(row, column);
      if (!key.value().is_null()) keys.push_back(std::move(key));
    }
    if (keys.empty()) continue;
    const auto owners = OwnersOf(
        session, table.columns[static_cast<size_t>(column)], std::move(keys));
    if (!owners.ok()) return owners.status();
    for (size_t row = 0; row < count; ++row) {
      const Literal key = value(row, column);
      if (key.value().is_null()) continue;
      const auto owner = owners->find(KeyText(key.value()));
      if (owner == owners->end()) continue;  // others look whether it is there
      const auto known = owner_of.emplace(row, owner->second).first;
      if (known->second != owner->second) {
        return OfTwoTenants{row, column};
      }
    }
  }
  return std::nullopt;
}

absl::Status CheckOneTenant(const Session& session, const Table& table,
                            const Update* update, const Expression& where) {
  const std::vector<int> columns = TenantsReferences(session, table);
  const auto owner = [&](int column) {
    return OwnerOf(table.columns[static_cast<size_t>(column)],
                   ValueOf(table, column, update));
  };
  for (size_t i = 1; i < columns.size(); ++i) {
    Expression differs = Expression::False();
    for (size_t before = 0; before < i; ++before) {
      differs = differs ||
                Expression::Compare(owner(columns[i]), Comparison::kNotEqual,
                                    owner(columns[before]));
    }
    auto status = RefuseRows(session, table, columns[i], where && differs);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace modelservice
