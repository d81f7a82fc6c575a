#include "modelservice/orm/referred.h"

#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/db/error.h"
#include "modelservice/db/found_sink.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/one_tenant.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

const Reference* HidingReference(const Table& table, int column) {
  const Reference* const reference =
      table.columns[static_cast<size_t>(column)].reference;
  return reference == nullptr || reference->hiding == nullptr ? nullptr
                                                              : reference;
}

class RowCount final : public RowSink {
 public:
  absl::Status OnRow(Row) override {
    ++count;
    return absl::OkStatus();
  }
  void OnRestart() override { count = 0; }

  size_t count = 0;
};

}  // namespace

int ReferredColumn(const Reference& reference, const Table& table) {
  for (size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == reference.column) return static_cast<int>(i);
  }
  return table.key.front();
}

std::vector<int> HidingReferences(const Table& table,
                                  absl::Span<const int> columns) {
  std::vector<int> hiding;
  for (const int column : columns) {
    if (HidingReference(table, column) != nullptr) hiding.push_back(column);
  }
  return hiding;
}

absl::StatusOr<bool> AreThere(const Session& session, const Table& table,
                              int column, std::vector<Literal> values) {
  const Reference& reference = *HidingReference(table, column);
  const Table& other = *reference.hiding().table;
  const auto there = RowsThere(session, other);
  if (!there.ok()) return there.status();
  std::vector<Literal> different;
  std::set<std::string> seen;
  for (Literal& value : values) {
    if (!value.value().is_null() &&
        seen.insert(KeyText(value.value())).second) {
      different.push_back(std::move(value));
    }
  }
  if (different.empty()) return true;
  const size_t wanted = different.size();
  const Expression key =
      Expression::Column(other, ReferredColumn(reference, other));
  Select select;
  select.from = TableName(other);
  select.where = (wanted == 1 ? Expression::Compare(key, Comparison::kEqual,
                                                    different.front())
                              : Expression::In(key, std::move(different))) &&
                 *there;
  select.lock = RowLock::kShare;
  RowCount rows;
  auto outcome = session.Run(Write(select, session.dialect()), rows);
  if (!outcome.ok()) return outcome.status();
  return rows.count == wanted;
}

absl::Status RefuseRows(const Session& session, const Table& table, int column,
                        Expression astray) {
  Select select;
  select.from = TableName(table);
  select.where = std::move(astray);
  select.limit = 1;
  FoundSink rows;
  const auto outcome = session.Run(Write(select, session.dialect()), rows);
  if (!outcome.ok()) return outcome.status();
  return rows.found ? ReferredIsNotThere(table, column) : absl::OkStatus();
}

absl::Status ReferredIsNotThere(const Table& table, int column) {
  DatabaseError error;
  error.kind = DatabaseError::Kind::kForeignKey;
  error.table = std::string(table.name);
  error.columns = {
      std::string(table.columns[static_cast<size_t>(column)].name)};
  return MakeDatabaseError(
      error, absl::StrCat(table.message, ".",
                          table.columns[static_cast<size_t>(column)].field,
                          " refers to a row that is not there"));
}

std::string NothingToReferTo(const Table& table, int column) {
  return absl::StrCat("The row has no ",
                      table.columns[static_cast<size_t>(column)].field,
                      " yet that this could refer to.");
}

Session OfOwner(const Session& session, const Table& table, Value tenant) {
  if (!session.tenant().is_all() || ColumnIn(Role::kTenant, table) < 0) {
    return session;
  }
  const std::string name = KeyText(tenant);
  return name.empty() || tenant.is_null() ? session
                                          : session.Of(Tenant::Named(name));
}

absl::Status CheckReferred(const Session& session, const Table& table,
                           absl::Span<const int> columns, Row row) {
  const int tenant = ColumnIn(Role::kTenant, table);
  const Session of_owner = OfOwner(
      session, table, tenant < 0 ? Value() : row[static_cast<size_t>(tenant)]);
  for (const int column : HidingReferences(table, columns)) {
    const auto there = AreThere(of_owner, table, column,
                                {Literal(row[static_cast<size_t>(column)])});
    if (!there.ok()) return there.status();
    if (!*there) return ReferredIsNotThere(table, column);
  }
  const auto other =
      FindOfTwoTenants(session, table, 1, [&](size_t, int column) {
        return Literal(row[static_cast<size_t>(column)]);
      });
  if (!other.ok()) return other.status();
  return other->has_value() ? ReferredIsNotThere(table, (*other)->column)
                            : absl::OkStatus();
}

absl::Status CheckRefers(const Session& session, const Table& table, int column,
                         const Expression& value, const Expression& where) {
  const Reference& reference = *HidingReference(table, column);
  const Table& other = *reference.hiding().table;
  const auto there = RowsThere(session, other);
  if (!there.ok()) return there.status();
  Select referred;
  referred.from = TableName(other);
  referred.related = &other;
  referred.where =
      Expression::Compare(
          Expression::Column(other, ReferredColumn(reference, other)),
          Comparison::kEqual, Expression::Outer(value)) &&
      *there;
  const int own_tenant = ColumnIn(Role::kTenant, table);
  const int tenant = ColumnIn(Role::kTenant, other);
  if (session.tenant().is_all() && own_tenant >= 0 && tenant >= 0) {
    referred.where =
        referred.where &&
        Expression::Compare(
            Expression::Column(other, tenant), Comparison::kEqual,
            Expression::Outer(Expression::Column(table, own_tenant)));
  }
  return RefuseRows(session, table, column,
                    where && !Expression::IsNull(value) &&
                        !Expression::Exists(std::move(referred)));
}

absl::Status CheckOwners(const Session& session, const Table& table,
                         absl::Span<const int> columns,
                         const Expression& where) {
  if (!session.tenant().is_all()) return absl::OkStatus();
  const std::vector<int> hiding = HidingReferences(table, columns);
  if (ColumnIn(Role::kTenant, table) < 0) {
    return hiding.empty() ? absl::OkStatus()
                          : CheckOneTenant(session, table, nullptr, where);
  }
  for (const int column : hiding) {
    auto status = CheckRefers(session, table, column,
                              Expression::Column(table, column), where);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace modelservice
