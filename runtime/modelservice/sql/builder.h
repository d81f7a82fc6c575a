// Writes one statement: SQL text and its parameters side by side.
//
//   Statement statement;
//   SqlBuilder sql(table, dialect, &statement);
//   sql.Text("SELECT ").Columns().Text(" FROM ").TableName().Where(condition);
//   sql.Finish();
#ifndef MODELSERVICE_SQL_BUILDER_H_
#define MODELSERVICE_SQL_BUILDER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/statement.h"

namespace modelservice {

class SqlBuilder {
 public:
  // All of them outlive the builder; `statement` has no text yet.
  SqlBuilder(const Table& table, const Dialect& dialect, Statement* statement)
      : table_(table), dialect_(dialect), statement_(*statement) {}

  SqlBuilder& Text(absl::string_view sql);
  SqlBuilder& TableName();
  SqlBuilder& ColumnName(int column);
  // Every column, in the order of the table's description.
  SqlBuilder& Columns();
  // The placeholder of a new parameter.
  SqlBuilder& Parameter(Value value);
  SqlBuilder& Condition(const Expression& condition);
  // " WHERE ...", or nothing for the condition that is always true.
  SqlBuilder& Where(const Expression& condition);
  // " ORDER BY ...", or nothing. NULL comes before every value, on every
  // database, and after them when descending.
  SqlBuilder& OrderBy(absl::Span<const Ordering> order);

  // Puts the text into the statement.
  void Finish();

 private:
  void Compare(const Expression& comparison);
  void List(const Expression& in);
  void Parts(const Expression& parts, absl::string_view separator);
  void Operand(int column);

  const Table& table_;
  const Dialect& dialect_;
  Statement& statement_;
  std::string sql_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_BUILDER_H_
