// What an UPDATE of a program's own leaves as it is: the columns whose row
// shows already what the message has, where it may hold more (kept_values.h).
//
//   TextArena arena;
//   RowValues values(model);
//   values.ReadForUpdate(message, absl::Now());
//   auto spared = StoreSparing(row, columns, rules, "", &values, arena);
//   if (!spared.ok()) return spared.status();
//   const auto parameters =
//       SetColumns(dialect, model, live, columns, values, *spared, &update);
#ifndef MODELSERVICE_ORM_SPARING_H_
#define MODELSERVICE_ORM_SPARING_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/orm/projection.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/session.h"
#include "modelservice/orm/validator.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/expression.h"
#include "modelservice/value.h"

namespace modelservice {

// Where the row of a message is found; all of it outlives this.
struct RowToSpare {
  const Session& session;
  const Model& model;
  const LiveTable& live;
  // Beside the key: which rows are there at all.
  const Expression& there;
};

// Checks the values of `columns` by `rules`, which may be null, and makes all
// of `values` what their columns are to hold; in `arena` are texts of these.
// The row is read, and locked, only where it may hold more than the values.
// Gives those of `columns` in which it shows the same: nobody judges them, and
// they are NULL then. `path` stands before the name of each field in a fault.
absl::StatusOr<std::vector<int>> StoreSparing(const RowToSpare& row,
                                              absl::Span<const int> columns,
                                              const Validator* rules,
                                              absl::string_view path,
                                              RowValues* values,
                                              TextArena& arena);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_SPARING_H_
