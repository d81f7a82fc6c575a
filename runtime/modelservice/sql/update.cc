#include "modelservice/sql/update.h"

#include "modelservice/sql/statement_writer.h"

namespace modelservice {

Statement Write(const Update& update, const Dialect& dialect,
                absl::Span<const Value> values) {
  StatementWriter out(dialect, values);
  out.Text("UPDATE ").Target(update.table).Text(" SET ").Set(update.set);
  return out.Where(update.where)
      .Returning(update.returning)
      .Finish(/*writes=*/true);
}

}  // namespace modelservice
