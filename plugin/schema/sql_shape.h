// Whether SQL that only PostgreSQL could read has the shape of one expression.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_SQL_SHAPE_H_
#define MODELSERVICE_PLUGIN_SCHEMA_SQL_SHAPE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "plugin/schema/sql_text.h"

namespace modelservice::plugin {

// What speaks against `sql`, of which FaultOfExpression says nothing: that it
// begins or ends with what stands between operands, that a CASE has no END, or
// what stands beside an expression or behind one (`n > 1, m > 1`, `n > 1 NOT
// VALID`). What is in parentheses, and what names mean, only the database
// knows.
std::optional<SqlFault> FaultOfShape(absl::string_view sql);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_SQL_SHAPE_H_
