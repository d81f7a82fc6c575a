// A condition over a row that is at hand, without a database.
//
//   if (Matches(condition, table, row).value_or(false)) ...
#ifndef MODELSERVICE_SQL_EVALUATE_H_
#define MODELSERVICE_SQL_EVALUATE_H_

#include <optional>

#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/value.h"

namespace modelservice {

// Whether WHERE would keep the row, whose values are in the order of the
// table's columns: not where the condition is unknown, as SQL has it for what
// is compared with NULL. Texts compare by their bytes, as on SQLite; on
// PostgreSQL their order, but not what is equal, may be another. What cannot be
// compared, like a text with a number, is unknown, too. None where only a
// database can tell: whoever asks for a right has to take that as no.
std::optional<bool> Matches(const Expression& condition, const Table& table,
                            Row row);

// Whether WHERE could keep a row of which only those values are known whose
// column is `known`, whatever the order of texts. True may be wrong, false is
// not.
bool MayMatch(const Expression& condition, const Table& table, Row row,
              absl::Span<const bool> known);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_EVALUATE_H_
