// What an UPDATE of a whole row leaves as it is, for its field shows less of
// it.
//
//   Update update = UpdateOf(table, columns, where, Returning::kNothing);
//   std::vector<Value> parameters = SetColumns(
//       session.dialect(), model, live, columns, values, spared, &update);
//   Statement statement = Write(update, session.dialect(), parameters);
#ifndef MODELSERVICE_ORM_KEPT_VALUES_H_
#define MODELSERVICE_ORM_KEPT_VALUES_H_

#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/table_statements.h"
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

// Those of `columns` in which the row as it is may show the same as `values`,
// as a message has them, and hold more: it has to be read to be kept.
std::vector<int> KeptColumns(const Dialect& dialect, const Model& model,
                             const LiveTable& live,
                             absl::Span<const int> columns,
                             const RowValues& values);

// Whether a column of SQLite's may hold the same value in another form: Unix
// times, which show as the times that they are, and texts, which show as bytes.
// An UPDATE compares them to its value.
bool MayHaveOtherForm(const Model& model, int column, const LiveTable* live,
                      const Dialect& dialect);
// The number that shows as `value`, which is a time as it is stored, or the
// text that shows as its bytes, or as no time at all: ''. NULL: none.
Value OtherFormOf(const Column& column, Value value);

// UpdateOf, in which each of `other_forms` takes two parameters, OtherFormOf
// its value and the value, and stays as it is where it has that form.
Update UpdateKeeping(const Table& table, absl::Span<const int> other_forms,
                     absl::Span<const int> columns, Expression where,
                     Returning returning);

// Whether what the row has in the column is shown as `value`, as it is stored,
// and may be more: PostgreSQL compares spans and times, SQLite the other form.
// Else nullopt.
std::optional<Expression> ShowsAs(const Dialect& dialect, const Model& model,
                                  const LiveTable& live, int column,
                                  Value value);

// Has `update`, as UpdateOf made it of `columns`, set each to its value, as it
// is stored, but for those that are `spared` and where ShowsAs. Gives the
// parameters.
std::vector<Value> SetColumns(const Dialect& dialect, const Model& model,
                              const LiveTable& live,
                              absl::Span<const int> columns,
                              const RowValues& values,
                              absl::Span<const int> spared, Update* update);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_KEPT_VALUES_H_
