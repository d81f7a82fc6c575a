// Whether rows refer to what is there. The database knows of rows; that one is
// hidden, or another tenant's, it does not.
#ifndef MODELSERVICE_ORM_REFERRED_H_
#define MODELSERVICE_ORM_REFERRED_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"
#include "modelservice/value.h"

namespace modelservice {

// The column of `table` that is referred to.
int ReferredColumn(const Reference& reference, const Table& table);

// Those of `columns` that refer to what may be there and hidden.
std::vector<int> HidingReferences(const Table& table,
                                  absl::Span<const int> columns);

// Whether there is a row for each of `values`, which `column` of `table` is to
// have; they stay until the session's transaction ends.
absl::StatusOr<bool> AreThere(const Session& session, const Table& table,
                              int column, std::vector<Literal> values);

// The session for what a row refers to whose TENANT is `tenant`: of that one,
// where the session is of all, for no reference leaves its tenant.
Session OfOwner(const Session& session, const Table& table, Value tenant);

// The database's error for a foreign key (db/error.h), naming the column, where
// one of `columns` of `row` refers to nothing, or the row, which has no tenant
// of its own, to rows of two.
absl::Status CheckReferred(const Session& session, const Table& table,
                           absl::Span<const int> columns, Row row);

// The same error where one of the rows that meet `where` has, in `column`, a
// reference to what is not there for it: `value` of that row, which may be
// computed, and, of rows of all tenants, another tenant's.
absl::Status CheckRefers(const Session& session, const Table& table, int column,
                         const Expression& value, const Expression& where);

// And where, of rows of all tenants, one refers by one of `columns` to another
// tenant's, or, of a table that is nobody's, to those of two.
absl::Status CheckOwners(const Session& session, const Table& table,
                         absl::Span<const int> columns,
                         const Expression& where);

absl::Status ReferredIsNotThere(const Table& table, int column);
// That, where one of the table's rows is such.
absl::Status RefuseRows(const Session& session, const Table& table, int column,
                        Expression astray);

// Words for what is to refer to a row by this column of it, which is NULL
// there: then no row refers to it.
std::string NothingToReferTo(const Table& table, int column);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_REFERRED_H_
