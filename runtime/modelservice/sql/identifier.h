// The names of tables, columns, indexes and constraints: how long they may be,
// those that are made here, those that PostgreSQL makes, and those it keeps.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_IDENTIFIER_H_
#define MODELSERVICE_SQL_IDENTIFIER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// PostgreSQL's NAMEDATALEN - 1: of a longer name it keeps so many bytes, and
// says so to nobody who listens.
constexpr size_t kMaxIdentifierBytes = 63;
// PostgreSQL's INDEX_MAX_KEYS.
constexpr size_t kMaxKeyColumns = 32;

// The name of an index or a constraint that has none of its own: `stem` and
// `suffix`, "order_line" + "_check1". One that is too long ends in a hash of
// the whole instead: the same for the same names, on every database.
std::string GeneratedName(absl::string_view stem, absl::string_view suffix);

// The name that PostgreSQL gives to what belongs to a table and was not named:
// ("order", "id", "seq") is "order_id_seq"; without a column, as for "pkey", it
// is "order_pkey". Where that is taken, it adds a number.
std::string PostgresName(absl::string_view table, absl::string_view column,
                         absl::string_view label);

// Whether every table of PostgreSQL has a column of the name: "ctid".
bool IsPostgresColumn(absl::string_view name);

// Whether PostgreSQL keeps a schema's or a table's name for itself: "pg_class".
bool IsPostgresOwn(absl::string_view name);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_IDENTIFIER_H_
