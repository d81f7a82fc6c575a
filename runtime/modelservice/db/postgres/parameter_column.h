// Which column a parameter of a statement is of, for errors that name no other
// thing than the parameter.
#ifndef MODELSERVICE_DB_POSTGRES_PARAMETER_COLUMN_H_
#define MODELSERVICE_DB_POSTGRES_PARAMETER_COLUMN_H_

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::postgres {

// The column that `$number` is written to or compared with in a statement as we
// write them: `INSERT INTO "t" ("a") VALUES ($1)`, `"a" = $1`, `"a" IN ($1)`.
// "" where it is none.
std::string ColumnOfParameter(absl::string_view sql, int number);

// The same of a COPY, by the context of its error: `COPY t, line 3, column a:
// "x"`, in any language.
std::string ColumnOfCopy(absl::string_view context);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_PARAMETER_COLUMN_H_
