// What an option may hold as SQL: one expression, or one type, and nothing
// that would end it and begin something else where it is put between our own
// words.
//
//   if (auto fault = FaultOfExpression("price > 0); DROP TABLE x; --")) {
//     Report(place, fault->fault, fault->mend);  // "has a \";\"", "drop it"
//   }
//
// Pure functions.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_SQL_TEXT_H_
#define MODELSERVICE_PLUGIN_SCHEMA_SQL_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

struct SqlFault {
  std::string fault;  // "has a comment": what the SQL does
  std::string mend;
};

// Whether the bytes are characters.
bool IsUtf8(absl::string_view bytes);

// Whether SQLite and PostgreSQL both take the text for one expression is for
// them to say. This says that neither reads an end of it into it: no comment,
// no ";", every quote and parenthesis closed, nothing that the two quote
// differently.
std::optional<SqlFault> FaultOfExpression(absl::string_view sql);

// A type by its name, perhaps with a schema, of the words that SQL puts behind
// one ("double precision", "time with time zone"), with arguments and array
// bounds: `numeric(10, 2)`, `geometry(Point, 4326)`, `"my type"[]`.
std::optional<SqlFault> FaultOfType(absl::string_view type);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_SQL_TEXT_H_
