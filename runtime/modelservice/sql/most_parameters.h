// How many values one statement may have beside its text.
#ifndef MODELSERVICE_SQL_MOST_PARAMETERS_H_
#define MODELSERVICE_SQL_MOST_PARAMETERS_H_

#include <cstddef>

namespace modelservice {

// PostgreSQL and SQLite take more. But libpq takes a description of 30,000
// bytes, four for each parameter, and ends the connection for a longer one
// (fe-protocol3.c, VALID_LONG_MESSAGE_TYPE).
inline constexpr size_t kMostParameters = 7498;

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_MOST_PARAMETERS_H_
