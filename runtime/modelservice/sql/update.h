// UPDATE, as plain data.
#ifndef MODELSERVICE_SQL_UPDATE_H_
#define MODELSERVICE_SQL_UPDATE_H_

#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/table_name.h"
#include "modelservice/statement.h"

namespace modelservice {

struct Update {
  TableName table;
  // One column or more, and what each becomes.
  std::vector<std::pair<absl::string_view, Expression>> set;
  Expression where;
  std::vector<Expression> returning;
};

// Text and parameters; see Write of a Select.
Statement Write(const Update& update, const Dialect& dialect,
                absl::Span<const Value> values = {});

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_UPDATE_H_
