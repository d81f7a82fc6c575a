// Writes one statement: SQL text and its parameters side by side. What the
// statements as data (select.h and the like) share.
#ifndef MODELSERVICE_SQL_STATEMENT_WRITER_H_
#define MODELSERVICE_SQL_STATEMENT_WRITER_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/table_name.h"
#include "modelservice/statement.h"

namespace modelservice {

class StatementWriter {
 public:
  // Both outlive the writer. `values` are those of Expression::Parameter()s.
  StatementWriter(const Dialect& dialect, absl::Span<const Value> values)
      : dialect_(dialect), values_(values) {}

  StatementWriter& Text(absl::string_view sql);
  StatementWriter& Identifier(absl::string_view name);
  // With its alias, if it has one.
  StatementWriter& Name(const TableName& table);
  StatementWriter& Write(const Expression& e);
  // With commas between.
  StatementWriter& Write(const std::vector<Expression>& list);
  StatementWriter& Write(const Select& select);
  // `"a" = ..., "b" = ...`
  StatementWriter& Set(
      const std::vector<std::pair<absl::string_view, Expression>>& changes);
  // " WHERE ...", or nothing for the condition that is always true.
  StatementWriter& Where(const Expression& condition);
  // " RETURNING ...", or nothing.
  StatementWriter& Returning(const std::vector<Expression>& columns);

  // The statement; the writer is done.
  Statement Finish(bool writes);

 private:
  struct Node;

  // The placeholder of a new parameter, whose text, if it has one, is owned.
  void Bind(Value value);
  void SelectBody(const Select& select);
  void Order(const std::vector<OrderBy>& order);

  const Dialect& dialect_;
  const absl::Span<const Value> values_;
  size_t used_ = 0;  // of values_
  std::string sql_;
  Statement statement_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_STATEMENT_WRITER_H_
