#include "modelservice/service/access.h"

#include <algorithm>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/base/status_details.h"
#include "modelservice/errors.h"
#include "modelservice/orm/no_tenant.h"
#include "modelservice/orm/subject.h"
#include "modelservice/sql/evaluate.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/stored_literals.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

bool Allows(const Expression& rows, const Table& table, Row row) {
  return rows.is_true() || Matches(rows, table, row).value_or(false);
}

}  // namespace

bool HasScope(const ServicePlan& service, const CallContext& call) {
  const Table& table = *service.model->table;
  return MayHide(table) || ColumnIn(Role::kTenant, table) >= 0 ||
         service.overrides.HasAny(Overrides::kScope) ||
         (call.row_access() != nullptr && !call.row_access()->rows.is_true());
}

Expression ScopeOf(const ServicePlan& service, const CallContext& call,
                   Deleted deleted) {
  Expression rows;
  if (service.overrides.HasAny(Overrides::kScope)) {
    rows = service.handler->ScopeOf(call);
  }
  if (call.row_access() != nullptr) rows = rows && call.row_access()->rows;
  const Table& table = *service.model->table;
  if (const int column = ColumnIn(Role::kTenant, table); column >= 0) {
    const auto tenant = TenantOf(service, call);
    if (!tenant.has_value()) return Expression::False();
    const auto value = TenantValue(table, *tenant);
    if (!value.ok()) return Expression::False();
    rows = rows && ColumnIs(table, column, Literal(*value));
  }
  rows = WithStored(rows, table, service.forms);
  if (!MayHide(table) || deleted == Deleted::kShown) return rows;
  return rows &&
         (deleted == Deleted::kOnly ? !NotHidden(table) : NotHidden(table));
}

std::optional<std::string> TenantsOfCall::Find(absl::string_view place) const {
  if (absl::ConsumePrefix(&place, "claim:")) {
    return call_.principal().Claim(place);
  }
  if (!absl::ConsumePrefix(&place, "metadata:")) return std::nullopt;
  const auto value = call_.metadata(place);
  if (!value.has_value()) return std::nullopt;
  return std::string(*value);
}

std::optional<std::string> TenantOf(const ServicePlan& service,
                                    const CallContext& call) {
  if (service.model == nullptr) return std::nullopt;
  return TenantsOfCall(call).Find(service.model->table->tenant);
}

absl::Status CheckTenant(const ServicePlan& service, const CallContext& call) {
  if (service.model == nullptr) return absl::OkStatus();
  const Table& table = *service.model->table;
  if (ColumnIn(Role::kTenant, table) < 0) return absl::OkStatus();
  const auto tenant = TenantOf(service, call);
  if (tenant.has_value()) return TenantValue(table, *tenant).status();
  if (call.principal().is_anonymous()) return NotAuthenticated();
  return NoTenant();
}

absl::Status WithoutTenant(absl::Status status, const CallContext& call) {
  if (absl::IsPermissionDenied(status) && call.principal().is_anonymous() &&
      ErrorReason(status) == kNoTenant) {
    return NotAuthenticated();
  }
  return status;
}

bool MaySee(const Expression& scope, const ServicePlan& service, Row row,
            absl::Span<const int> columns) {
  const Table& table = *service.model->table;
  absl::InlinedVector<bool, 32> known(table.columns.size(), false);
  for (const int column : columns) {
    const auto at = static_cast<size_t>(column);
    // What is written to a VERSION is what is added to it.
    known[at] =
        service.equal_by_bytes[at] && table.columns[at].role != Role::kVersion;
  }
  return MayMatch(scope, table, row, known);
}

absl::Status RowRefused(const CallContext& call) {
  if (call.row_access() != nullptr && call.principal().is_anonymous()) {
    return NotAuthenticated();
  }
  return PermissionDenied(
      "You do not have permission to write a row with these values.",
      "ROW_PERMISSION_DENIED");
}

absl::StatusOr<Expression> ReadableBy(const ServicePlan& service,
                                      const CallContext& call, int column) {
  for (const RowAccess::ColumnRule& rule : ColumnRulesOf(call)) {
    if (rule.column != column) continue;
    if (!rule.read.is_false()) return rule.read;
    return FieldsRefused(
        call,
        {std::string(
            service.model->table->columns[static_cast<size_t>(column)].field)});
  }
  return Expression();
}

bool HasReadRules(const CallContext& call) {
  const auto& rules = ColumnRulesOf(call);
  return std::any_of(rules.begin(), rules.end(),
                     [](const auto& rule) { return !rule.read.is_true(); });
}

std::vector<Expression> ReadableColumns(const ServicePlan& service,
                                        const CallContext& call) {
  std::vector<Expression> columns = service.projection->columns();
  for (const RowAccess::ColumnRule& rule : ColumnRulesOf(call)) {
    Expression& column = columns[static_cast<size_t>(rule.column)];
    column = Expression::Case({{rule.read, column}}, Literal());
  }
  return columns;
}

Row RowMask::Hide(Row row) {
  copy_.assign(row.begin(), row.end());
  for (const RowAccess::ColumnRule& rule : ColumnRulesOf(call_)) {
    if (!MayRead(rule, table_, row)) {
      copy_[static_cast<size_t>(rule.column)] = Value::Null();
    }
  }
  return copy_;
}

const std::vector<RowAccess::ColumnRule>& ColumnRulesOf(
    const CallContext& call) {
  static const auto* const none = new std::vector<RowAccess::ColumnRule>();
  return call.row_access() == nullptr ? *none : call.row_access()->columns;
}

bool MayRead(const RowAccess::ColumnRule& rule, const Table& table, Row row) {
  return Allows(rule.read, table, row);
}

bool MayWrite(const RowAccess::ColumnRule& rule, const Table& table, Row row) {
  return Allows(rule.write, table, row);
}

absl::StatusOr<Value> OwnerValue(const CallContext& call,
                                 const Column& column) {
  const Principal& caller = call.principal();
  if (caller.is_anonymous()) {
    if (column.nullable) return Value::Null();
    return NotAuthenticated();
  }
  const std::optional<Value> value = SubjectValue(column, caller.subject);
  if (value.has_value()) return *value;
  absl::Status status = absl::PermissionDeniedError(
      absl::StrCat("Who calls cannot own this: \"", column.field,
                   "\" cannot hold the subject."));
  AddErrorInfo(&status, "NO_SUCH_OWNER");
  return status;
}

absl::Status FieldsRefused(const CallContext& call,
                           const std::vector<std::string>& fields) {
  if (call.principal().is_anonymous()) return NotAuthenticated();
  return PermissionDenied(absl::StrCat("You do not have permission to use ",
                                       absl::StrJoin(fields, ", "), "."),
                          "FIELD_PERMISSION_DENIED");
}

}  // namespace modelservice
