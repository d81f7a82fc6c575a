// UPDATE, as plain data.
#ifndef MODELSERVICE_SQL_UPDATE_H_
#define MODELSERVICE_SQL_UPDATE_H_

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/table_name.h"
#include "modelservice/statement.h"

namespace modelservice {

// Rows of values that those of the table are joined to by `where`, so that each
// gets its own: Given(i) is the value for like[i]. What more than one of them
// meets gets that of any.
struct GivenRows {
  // Columns of the updated table, whose types the values have.
  std::vector<Expression> like;
  // Each has a parameter for each value; none: no rows are joined.
  size_t count = 0;
};
Expression Given(size_t position);

struct Update {
  TableName table;
  // One column or more, and what each becomes.
  std::vector<std::pair<absl::string_view, Expression>> set;
  GivenRows given;
  Expression where;
  std::vector<Expression> returning;
};

// Text and parameters; see Write of a Select.
Statement Write(const Update& update, const Dialect& dialect,
                absl::Span<const Value> values = {});

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_UPDATE_H_
