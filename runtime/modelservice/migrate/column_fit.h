// Whether a live column of another type than the one that its field would get
// does as well.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_COLUMN_FIT_H_
#define MODELSERVICE_MIGRATE_COLUMN_FIT_H_

#include "modelservice/schema/sql_type.h"
#include "modelservice/schema/table.h"
#include "modelservice/schema/table_spec.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

enum class ColumnFit {
  kSame,
  // It holds each value of the field, and what it holds beyond is of the same
  // kind: bigint for an int32.
  kHolds,
  // It refuses or changes values of the field, or holds what is none, or
  // compares values as something else.
  kDiffers,
};

// `made` is the type that migrate gives to the field's column. Of types that
// only the database knows nothing is said: they are kSame.
ColumnFit FitOf(const Column& field, const SqlType& made, const SqlType& live,
                const Dialect& dialect);

// Whether migrate gives the column a DEFAULT that its field does not ask for:
// '', 0.
bool IsZero(const Column& field, const ColumnSpec& made);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_COLUMN_FIT_H_
