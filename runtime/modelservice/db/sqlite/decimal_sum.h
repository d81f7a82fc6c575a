// The functions modelservice_decimal_sum and _average: of decimals, which
// SQLite keeps as text, without a loss, the mean with as many digits as
// PostgreSQL's.
#ifndef MODELSERVICE_DB_SQLITE_DECIMAL_SUM_H_
#define MODELSERVICE_DB_SQLITE_DECIMAL_SUM_H_

#include <sqlite3.h>

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::sqlite {

// Gives the connection the functions. Of NULLs alone they are NULL; what is no
// decimal number is the statement's error. SQLite's code.
int AddDecimalSum(sqlite3* connection);

// A decimal that is no NULL, as text: a column of type NUMERIC, as Django's
// are, has numbers in it.
std::string DecimalTextOf(sqlite3_value* value);
// The statement's error for a text that is none.
void RefuseDecimal(sqlite3_context* context, absl::string_view text);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_DECIMAL_SUM_H_
