// INSERT, as plain data.
#ifndef MODELSERVICE_SQL_INSERT_H_
#define MODELSERVICE_SQL_INSERT_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/table_name.h"
#include "modelservice/statement.h"

namespace modelservice {

// What to do where a row with the same values of `columns`, which are unique
// together, is there already.
struct OnConflict {
  std::vector<absl::string_view> columns;
  // The condition of the index that says so, in SQL; empty: of all rows.
  absl::string_view where;
  // What is changed of that row; empty: it stays as it is. The row that had no
  // room is `excluded`: Expression::Named(column, "excluded").
  std::vector<std::pair<absl::string_view, Expression>> set;
  // Another one is not changed, and does not come back.
  Expression only;
};

struct Insert {
  TableName into;
  std::vector<absl::string_view> columns;  // none: a row of defaults
  // Each has a value for each of the columns.
  std::vector<std::vector<Expression>> rows;
  std::optional<OnConflict> on_conflict;
  std::vector<Expression> returning;
};

// Text and parameters; see Write of a Select.
Statement Write(const Insert& insert, const Dialect& dialect,
                absl::Span<const Value> values = {});

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_INSERT_H_
