// Aggregates of decimals, which are texts here, without a loss:
// modelservice_decimal_SUM, modelservice_decimal_MIN, modelservice_decimal_MAX.
#ifndef MODELSERVICE_DB_SQLITE_DECIMALS_H_
#define MODELSERVICE_DB_SQLITE_DECIMALS_H_

#include <sqlite3.h>

namespace modelservice::sqlite {

// Gives the connection the functions. Of NULLs alone they are NULL; what is no
// decimal number is the statement's error. SQLite's code.
int AddDecimals(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_DECIMALS_H_
