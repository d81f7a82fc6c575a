// What an UPDATE of a whole row leaves as it is, for its field shows less of
// it.
//
//   Update update = UpdateOf(table, columns, where, Returning::kNothing);
//   std::vector<Value> parameters = SetColumns(
//       session.dialect(), table, live, columns, values, before, &update);
//   Statement statement = Write(update, session.dialect(), parameters);
#ifndef MODELSERVICE_ORM_KEPT_VALUES_H_
#define MODELSERVICE_ORM_KEPT_VALUES_H_

#include <vector>

#include "absl/types/span.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/update.h"
#include "modelservice/value.h"

namespace modelservice {

// Whether what a row has in the column must be read to be kept: JSON of any
// form, whose numbers may have more digits than a double, and a list, which may
// be NULL and, on PostgreSQL, may begin elsewhere than at 1.
bool ShowsPart(const Model& model, int column);

// Whether the column may hold what a client cannot write back: what ShowsPart,
// a span's months and days, which are hours to a Duration, times before or
// behind all Timestamps, decimals that are no numbers or have more digits than
// their text; on SQLite texts that are not of the field's form. `live` may be
// null: nobody knows the table.
bool MayHoldMore(const Model& model, int column, const LiveTable* live,
                 const Dialect& dialect);

// Of such a column: whether `value`, as a message has it, may be all that is
// shown of another.
bool MayStandForMore(const Model& model, int column, const LiveTable* live,
                     const Dialect& dialect, Value value);

// Whether the row has to be read for SetColumns to keep what is there.
bool NeedsRow(const Dialect& dialect, const Model& model, const LiveTable& live,
              const RowValues& values);

// Has `update`, as UpdateOf made it of `columns`, set each to its value, but
// where the row's own is one that its field shows as that. PostgreSQL compares
// spans and times; all else is kept where `before`, the row as it is, shows the
// same; null: nobody has read it. Gives the parameters.
std::vector<Value> SetColumns(const Dialect& dialect, const Model& model,
                              const LiveTable& live,
                              absl::Span<const int> columns,
                              const RowValues& values, const RowValues* before,
                              Update* update);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_KEPT_VALUES_H_
