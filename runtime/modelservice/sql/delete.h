// DELETE, as plain data.
#ifndef MODELSERVICE_SQL_DELETE_H_
#define MODELSERVICE_SQL_DELETE_H_

#include <vector>

#include "absl/types/span.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/table_name.h"
#include "modelservice/statement.h"

namespace modelservice {

struct Delete {
  TableName from;
  Expression where;
  std::vector<Expression> returning;
};

// Text and parameters; see Write of a Select.
Statement Write(const Delete& statement, const Dialect& dialect,
                absl::Span<const Value> values = {});

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_DELETE_H_
