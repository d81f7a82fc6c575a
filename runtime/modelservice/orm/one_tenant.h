// Whether all that a row refers to is one tenant's, where the row itself is
// nobody's: of a table without the role TENANT that is between those of tables
// which have it. What a tenant's own rows refer to, referred.h knows.
#ifndef MODELSERVICE_ORM_ONE_TENANT_H_
#define MODELSERVICE_ORM_ONE_TENANT_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"
#include "modelservice/sql/update.h"

namespace modelservice {

// Those of its columns that refer to tenants' rows, where they may be of two:
// of a session for all tenants, and a table that has two such and is nobody's.
std::vector<int> TenantsReferences(const Session& session, const Table& table);

// A row of some, by its number, that refers to rows of two tenants, by the
// column that refers to the other one's.
struct OfTwoTenants {
  size_t row;
  int column;
};

// The first of `count` rows. `value` is that of a row's column, as it is
// stored.
absl::StatusOr<std::optional<OfTwoTenants>> FindOfTwoTenants(
    const Session& session, const Table& table, size_t count,
    absl::FunctionRef<Literal(size_t row, int column)> value);

// The database's error for a foreign key, naming the column, where one of the
// rows that meet `where` refers to rows of two tenants, once `update`, which
// may be null, has set its columns.
absl::Status CheckOneTenant(const Session& session, const Table& table,
                            const Update* update, const Expression& where);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_ONE_TENANT_H_
