// Conditions on rows that may also be all or none, put together as permissions
// are: a row is allowed or it is not, so the opposite of a condition holds for
// the rows where SQL does not know, too.
#ifndef MODELSERVICE_GUARD_ROW_CONDITIONS_H_
#define MODELSERVICE_GUARD_ROW_CONDITIONS_H_

#include "modelservice/service/row_access.h"
#include "modelservice/sql/expression.h"

namespace modelservice {

// The rows that a WHERE with `rows` keeps.
RowCondition RowsWhere(const Expression& rows);

RowCondition And(const RowCondition& a, const RowCondition& b);
RowCondition Or(const RowCondition& a, const RowCondition& b);
// Every row that `a` leaves out.
RowCondition Not(const RowCondition& a);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_ROW_CONDITIONS_H_
