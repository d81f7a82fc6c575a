// What a caller may see and write of a model: the handler's Scope, and what
// permissions left in CallContext::row_access().
#ifndef MODELSERVICE_SERVICE_ACCESS_H_
#define MODELSERVICE_SERVICE_ACCESS_H_

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/call_context.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/tenant.h"
#include "modelservice/service/plan.h"
#include "modelservice/sql/expression.h"
#include "modelservice/value.h"

namespace modelservice {

// Whether there may be rows that the caller does not see.
bool HasScope(const ServicePlan& service, const CallContext& call);
// The rows that it sees, and of a model that keeps deleted rows which of them.
Expression ScopeOf(const ServicePlan& service, const CallContext& call,
                   Deleted deleted);

// The tenants of a call, for code that works for it.
class TenantsOfCall final : public TenantSource {
 public:
  explicit TenantsOfCall(const CallContext& call ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : call_(call) {}
  std::optional<std::string> Find(absl::string_view place) const override;
  const CallLimits* call() const override { return &call_; }

 private:
  const CallContext& call_;
};
// The tenant of the caller, by the model's option; none where it has none, or
// the model none.
std::optional<std::string> TenantOf(const ServicePlan& service,
                                    const CallContext& call);
// UNAUTHENTICATED or PERMISSION_DENIED for a caller without a tenant, where the
// model's rows have one; or one that its column cannot hold.
absl::Status CheckTenant(const ServicePlan& service, const CallContext& call);
// What a method of a program's own ended with, which asked for rows that have a
// tenant: the same for a caller without one.
absl::Status WithoutTenant(absl::Status status, const CallContext& call);

// Whether the caller could see a row with these values, of which only those of
// `columns` are known. False before anything is written, so that neither a
// unique column nor a foreign key tells it of rows in another's reach.
bool MaySee(const Expression& scope, const ServicePlan& service, Row row,
            absl::Span<const int> columns);
// For a row that the caller would not see once it is written.
absl::Status RowRefused(const CallContext& call);

// The rows in which it may read the column, and so may look for its values.
// PERMISSION_DENIED naming the field when there are none.
absl::StatusOr<Expression> ReadableBy(const ServicePlan& service,
                                      const CallContext& call, int column);

// Whether there are columns that the caller may not read, always or in some
// rows.
bool HasReadRules(const CallContext& call);
// What a statement yields for a reply: every column in the table's order, with
// NULL in place of what the caller may not read, as the database judges it.
std::vector<Expression> ReadableColumns(const ServicePlan& service,
                                        const CallContext& call);

// Hides what the caller may not read of a row that is at hand.
class RowMask {
 public:
  // Both outlive the mask.
  RowMask(const CallContext& call ABSL_ATTRIBUTE_LIFETIME_BOUND,
          const Table& table ABSL_ATTRIBUTE_LIFETIME_BOUND)
      : call_(call), table_(table) {}

  // The row with NULL in place of what is hidden, which is also what only a
  // database could tell. Views `row`, or the mask
  // until the next call.
  Row Apply(Row row ABSL_ATTRIBUTE_LIFETIME_BOUND)
      ABSL_ATTRIBUTE_LIFETIME_BOUND {
    return call_.row_access() == nullptr || call_.row_access()->columns.empty()
               ? row
               : Hide(row);
  }

 private:
  Row Hide(Row row);

  const CallContext& call_;
  const Table& table_;
  std::vector<Value> copy_;
};

// The columns that the caller may not read or write, always or in some rows.
const std::vector<RowAccess::ColumnRule>& ColumnRulesOf(
    const CallContext& call);
bool MayRead(const RowAccess::ColumnRule& rule, const Table& table, Row row);
bool MayWrite(const RowAccess::ColumnRule& rule, const Table& table, Row row);

// The value of the OWNER column of a row that the caller makes: NULL for the
// anonymous where the column has room for that, else UNAUTHENTICATED.
// PERMISSION_DENIED when the column cannot hold the subject. Views `call`.
absl::StatusOr<Value> OwnerValue(const CallContext& call, const Column& column);

// PERMISSION_DENIED for these fields, or UNAUTHENTICATED for the anonymous.
absl::Status FieldsRefused(const CallContext& call,
                           const std::vector<std::string>& fields);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_ACCESS_H_
