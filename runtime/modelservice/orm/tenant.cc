#include "modelservice/orm/tenant.h"

#include "absl/strings/str_cat.h"
#include "modelservice/base/status_details.h"
#include "modelservice/orm/no_tenant.h"
#include "modelservice/orm/subject.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

thread_local const TenantSource* current_source = nullptr;

absl::Status NoneNamed(const Table& table) {
  return absl::FailedPreconditionError(absl::StrCat(
      table.message,
      " keeps the rows of several tenants, and nobody says whose: write "
      "Objects<",
      table.message, ">(db).ForTenant(\"...\"), or AllTenants()"));
}

}  // namespace

absl::StatusOr<Expression> Tenant::RowsOf(const Table& table) const {
  const int column = ColumnIn(Role::kTenant, table);
  if (column < 0 || all_) return Expression();
  const auto value = ValueFor(table);
  if (!value.ok()) return value.status();
  return ColumnIs(table, column, **value);
}

absl::StatusOr<std::optional<Literal>> Tenant::ValueFor(
    const Table& table) const {
  if (ColumnIn(Role::kTenant, table) < 0 || all_) {
    return std::optional<Literal>();
  }
  std::optional<std::string> name;
  if (name_ != nullptr) {
    name = *name_;
  } else if (current_source == nullptr) {
    return NoneNamed(table);
  } else {
    name = current_source->Find(table.tenant);
  }
  if (!name.has_value()) return NoTenant();
  const auto value = TenantValue(table, *name);
  if (!value.ok()) return value.status();
  return std::optional<Literal>(*value);
}

absl::Status CheckOwned(const Table& table, Row row, absl::string_view path) {
  const int column = ColumnIn(Role::kTenant, table);
  if (column < 0) return absl::OkStatus();
  const Value value = row[static_cast<size_t>(column)];
  const bool is_none = value.kind() == Value::Kind::kText
                           ? value.text().empty()
                           : value.is_null() || value.integer() == 0;
  if (!is_none) return absl::OkStatus();
  return InvalidArgument(
      {{absl::StrCat(path, table.columns[static_cast<size_t>(column)].field),
        "This field is required."}});
}

absl::StatusOr<Value> TenantValue(const Table& table, absl::string_view name) {
  const Column& column =
      table.columns[static_cast<size_t>(ColumnIn(Role::kTenant, table))];
  const std::optional<Value> value = SubjectValue(column, name);
  if (value.has_value()) return *value;
  return ErrorWithReason(absl::StatusCode::kPermissionDenied,
                         absl::StrCat(table.message, ".", column.field,
                                      " cannot hold the tenant of who calls."),
                         "NO_SUCH_TENANT");
}

CallTenant::CallTenant(const TenantSource& source) : before_(current_source) {
  current_source = &source;
}

CallTenant::~CallTenant() { current_source = before_; }

const CallLimits* CurrentCall() {
  return current_source == nullptr ? nullptr : current_source->call();
}

}  // namespace modelservice
