// Whose rows a statement means, of models that keep those of several tenants in
// one table (role TENANT).
#ifndef MODELSERVICE_ORM_TENANT_H_
#define MODELSERVICE_ORM_TENANT_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/base/call_limits.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"
#include "modelservice/value.h"

namespace modelservice {

// Copies share the name.
class Tenant {
 public:
  // That of the call that the thread works for; none outside of one.
  Tenant() = default;
  static Tenant Named(absl::string_view name) {
    Tenant tenant;
    tenant.name_ = std::make_shared<const std::string>(name);
    return tenant;
  }
  static Tenant All() {
    Tenant tenant;
    tenant.all_ = true;
    return tenant;
  }

  bool is_all() const { return all_; }
  // Null: that of the call, or all.
  const std::string* name() const { return name_.get(); }

  friend bool operator==(const Tenant& a, const Tenant& b) {
    return a.all_ == b.all_ &&
           (a.name_ == b.name_ ||
            (a.name_ != nullptr && b.name_ != nullptr && *a.name_ == *b.name_));
  }
  friend bool operator!=(const Tenant& a, const Tenant& b) { return !(a == b); }

  // The rows of `table` that are the tenant's; all, of a table without the
  // role. FAILED_PRECONDITION where none is named.
  absl::StatusOr<Expression> RowsOf(const Table& table) const;
  // What the TENANT column of a new row holds; none of a table without the
  // role, and for all, where the row itself has to say.
  absl::StatusOr<std::optional<Literal>> ValueFor(const Table& table) const;

 private:
  std::shared_ptr<const std::string> name_;
  bool all_ = false;
};

// INVALID_ARGUMENT for a row that says no tenant, where its table has such.
// `path` stands before the name of the field.
absl::Status CheckOwned(const Table& table, Row row,
                        absl::string_view path = {});

// The value of the TENANT column of `table` for a tenant; PERMISSION_DENIED for
// a name that it cannot hold. Views `name`.
absl::StatusOr<Value> TenantValue(const Table& table, absl::string_view name);

// Where the tenant of a call is found: "claim:tenant".
class TenantSource {
 public:
  virtual ~TenantSource() = default;
  virtual std::optional<std::string> Find(absl::string_view place) const = 0;
  // The call itself, which is a CallContext.
  virtual const CallLimits* call() const = 0;
};

// While it lives, the thread works for a call whose tenant `source`, which
// outlives it, knows.
class CallTenant {
 public:
  explicit CallTenant(const TenantSource& source);
  ~CallTenant();
  CallTenant(const CallTenant&) = delete;
  CallTenant& operator=(const CallTenant&) = delete;

 private:
  const TenantSource* const before_;
};

// The call that the thread works for, a CallContext; null outside of one.
const CallLimits* CurrentCall();

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_TENANT_H_
