// What becomes of values when their column gets another type.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_MIGRATE_TYPE_CHANGE_H_
#define MODELSERVICE_MIGRATE_TYPE_CHANGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "modelservice/schema/sql_type.h"

namespace modelservice {

// Whether each value of `before` is one of `after`.
bool IsWider(const SqlType& before, const SqlType& after);

// Whether PostgreSQL leaves the rows as they are.
bool IsFree(const SqlType& before, const SqlType& after);

// What follows PostgreSQL's ALTER COLUMN ... TYPE: " USING ...", or nothing. A
// text without anything in it is NULL in a column that takes it, else the
// column's default, if it has one.
std::string UsingSql(const SqlType& before, const SqlType& after,
                     absl::string_view column, bool nullable = false,
                     absl::string_view default_sql = {});

// The same where SQLite copies the column into its new form: SQLite itself
// keeps what it cannot convert.
std::string SqliteValueSql(const SqlType& before, const SqlType& after,
                           absl::string_view column);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_TYPE_CHANGE_H_
