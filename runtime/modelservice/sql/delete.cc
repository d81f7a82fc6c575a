#include "modelservice/sql/delete.h"

#include "modelservice/sql/statement_writer.h"

namespace modelservice {

Statement Write(const Delete& statement, const Dialect& dialect,
                absl::Span<const Value> values) {
  StatementWriter out(dialect, values);
  return out.Text("DELETE FROM ")
      .Target(statement.from)
      .Where(statement.where)
      .Returning(statement.returning)
      .Finish(/*writes=*/true);
}

}  // namespace modelservice
