// Functions of texts in JSON: what ProtoJSON writes as a text, as the value
// that it is, and NULL for any other text.
//
//   modelservice_integer('12')                     12
//   modelservice_timestamp('2024-02-29T13:14:15Z')  '2024-02-29 13:14:15'
//   modelservice_duration('1.5s')                   1500000
//
// A number is itself to the first. A timestamp is as a column has it, and a
// duration in microseconds.
#ifndef MODELSERVICE_DB_SQLITE_JSON_VALUES_H_
#define MODELSERVICE_DB_SQLITE_JSON_VALUES_H_

#include <sqlite3.h>

namespace modelservice::sqlite {

// Gives the connection the functions. SQLite's code.
int AddJsonValues(sqlite3* connection);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_JSON_VALUES_H_
