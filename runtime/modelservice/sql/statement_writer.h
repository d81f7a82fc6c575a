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
#include "modelservice/sql/number_kind.h"
#include "modelservice/sql/select.h"
#include "modelservice/sql/table_name.h"
#include "modelservice/statement.h"

namespace modelservice {

class StatementWriter {
 public:
  // Both outlive the writer. `values` are those of Expression::Parameter()s.
  StatementWriter(const Dialect& dialect, absl::Span<const Value> values)
      : dialect_(dialect), values_(values) {
    sql_.reserve(kUsualSize);
  }

  StatementWriter& Text(absl::string_view sql);
  StatementWriter& Identifier(absl::string_view name);
  // With its alias, if it has one.
  StatementWriter& Name(const TableName& table);
  // The same of the table that the statement writes to.
  StatementWriter& Target(const TableName& table);
  StatementWriter& Write(const Expression& e);
  // With commas between.
  StatementWriter& Write(const std::vector<Expression>& list);
  StatementWriter& Write(const Select& select);
  // From here on columns are named with their table, for others have the same.
  StatementWriter& Qualified();
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
  // Bytes of text.
  static constexpr size_t kUsualSize = 256;

  struct Node;

  // A statement, or one inside of it, and what its tables are called.
  struct Scope {
    std::string name;  // of its own table
    // Whether columns without a table's name could be another one's.
    bool qualified = false;
    bool joins = false;  // the ways of its columns
    std::vector<std::pair<const Way*, std::string>> ways;
    size_t outer = 0;  // in scopes_
  };
  void Enter(const Select& select);
  void Leave();
  std::string NewAlias();
  const std::string& NameAtEnd(const Way* way, const Scope& scope) const;
  void Joins();
  void Column(const Expression::ColumnNode& column);
  void LookUp(const Expression::ColumnNode& column);
  // How the database compares the values of a column.
  void Collation(const Expression& e);
  absl::string_view FunctionsOf(NumberKind kind) const;
  bool IsDecimalText(const Expression& e) const;

  // The placeholder of a new parameter, whose text, if it has one, is owned.
  void Bind(Value value);
  void SelectBody(const Select& select);
  void Columns(const Select& select);
  void Elements(const JsonElements& list);
  bool WriteGroupKey(const Expression& e);
  void Order(const std::vector<OrderBy>& order);

  const Dialect& dialect_;
  const absl::Span<const Value> values_;
  size_t used_ = 0;  // of values_
  std::vector<Scope> scopes_;
  size_t scope_ = 0;  // the one that is written in
  int aliases_ = 0;
  bool in_returning_ = false;
  // What groups are of: its text, with the parameters' numbers, is what the
  // database knows it by behind it, too.
  std::vector<std::pair<const Expression*, std::string>> group_keys_;
  size_t group_scope_ = 0;
  bool in_outer_ = false;
  std::string sql_;
  Statement statement_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_STATEMENT_WRITER_H_
