// Whether PostgreSQL reads a text as one type, where no PostgreSQL is at hand
// to ask.
//
//   FaultOfPostgresType("timestamp(3) with time zone")  // nullopt
//   FaultOfPostgresType("integer unsigned")->fault
//       // `has "unsigned", which is no part of a type of PostgreSQL`
//
// The grammar is that of gram.y (Typename), less what no column can be of:
//
//   type     = simple ( { "[" [ digits ] "]" } | "array" [ "[" digits "]" ] )
//   simple   = number | character | bits | moment | interval | name
//   number   = "int" | "integer" | "smallint" | "bigint" | "real" | "boolean"
//            | "double" "precision" | "float" [ "(" digits ")" ]
//            | ( "dec" | "decimal" | "numeric" ) [ "(" digits [ "," int ] ")" ]
//   character= ( "varchar" | [ "national" ] ( "char" | "character" ) [
//   "varying"
//              ] | "nchar" [ "varying" ] ) [ "(" digits ")" ]
//   bits     = "bit" [ "varying" ] [ "(" digits ")" ]
//   moment   = ( "time" | "timestamp" ) [ "(" digits ")" ]
//              [ ( "with" | "without" ) "time" "zone" ]
//   interval = "interval" ( [ "(" digits ")" ] | fields )
//   name     = part { "." part } [ "(" modifier { "," modifier } ")" ]
//
// Of a name that is not PostgreSQL's own nothing more is known: an extension
// may have such a type, or the user.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_POSTGRES_TYPE_H_
#define MODELSERVICE_PLUGIN_SCHEMA_POSTGRES_TYPE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "plugin/schema/sql_text.h"

namespace modelservice::plugin {

// Finds what FaultOfType finds, too.
std::optional<SqlFault> FaultOfPostgresType(absl::string_view type);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_POSTGRES_TYPE_H_
