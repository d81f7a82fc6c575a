// SQL that a program wrote itself, with `?` for its parameters on every
// database.
//
//   WithPlaceholders("SELECT a FROM t WHERE b = ? AND c <> '?'", 1,
//                    PostgresDialect());  // ... WHERE b = $1 AND c <> '?'
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_SQL_RAW_TEXT_H_
#define MODELSERVICE_SQL_RAW_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/value.h"

namespace modelservice {

// With the dialect's placeholders. What stands in quotes and comments is left
// as it is; `??` is an operator's question mark. INVALID_ARGUMENT where there
// are not as many as `parameters`.
absl::StatusOr<std::string> WithPlaceholders(absl::string_view sql,
                                             size_t parameters,
                                             const Dialect& dialect);

// The same with the dialect's casts behind those of the placeholders whose
// kinds are given: the first has kinds[0].
absl::StatusOr<std::string> WithPlaceholders(
    absl::string_view sql, absl::Span<const std::optional<Value::Kind>> kinds,
    const Dialect& dialect);

// "line 2, column 5" of the byte at `offset`.
std::string PlaceIn(absl::string_view sql, size_t offset);

// Whether it may change something: all but SELECT, VALUES, TABLE, EXPLAIN,
// SHOW, PRAGMA, and WITH without INSERT, UPDATE, DELETE or MERGE.
bool MayWrite(absl::string_view sql);

// The statements of a script, each with its semicolon and the comments ahead of
// it, without white space around it. A CREATE TRIGGER ends behind its END. A
// last one may lack its semicolon.
std::vector<absl::string_view> SplitStatements(absl::string_view sql);

// Behind the piece that begins at `i`, which is inside: a text, a name, a
// comment, a word, or one other character.
size_t BehindPiece(absl::string_view sql, size_t i);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_RAW_TEXT_H_
