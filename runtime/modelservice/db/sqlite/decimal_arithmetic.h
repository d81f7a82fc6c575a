// The functions modelservice_decimal_add, _subtract and _multiply, of decimals,
// which SQLite keeps as text, without a loss; and modelservice_decimal_fit(x,
// max_digits, decimal_places), which is x as PostgreSQL's NUMERIC of that many
// would hold it.
#ifndef MODELSERVICE_DB_SQLITE_DECIMAL_ARITHMETIC_H_
#define MODELSERVICE_DB_SQLITE_DECIMAL_ARITHMETIC_H_

#include <sqlite3.h>

#include "absl/strings/string_view.h"

namespace modelservice::sqlite {

// What the error of a number with too many digits begins with.
constexpr absl::string_view kTooManyDigits = "numeric field overflow";

// Gives the connection the functions. Of NULL they are NULL; what is no decimal
// number is the statement's error. SQLite's code.
int AddDecimalArithmetic(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_DECIMAL_ARITHMETIC_H_
