// The functions modelservice_real_add, _subtract, _multiply, _divide, _sum and
// _average, of doubles. SQLite has no NaN: its column keeps that as a text,
// which its own operators take for 0. And modelservice_text, the text of a
// value: of a double in 15 digits, where CAST has 17 since SQLite 3.53.
#ifndef MODELSERVICE_DB_SQLITE_REAL_NUMBERS_H_
#define MODELSERVICE_DB_SQLITE_REAL_NUMBERS_H_

#include <sqlite3.h>

namespace modelservice::sqlite {

// Gives the connection the functions. Of NULL they are NULL, sum and average of
// NULLs alone, and what is divided by zero is NULL, too. SQLite's code.
int AddRealNumbers(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_REAL_NUMBERS_H_
