#include "modelservice/sql/insert.h"

#include "modelservice/sql/statement_writer.h"

namespace modelservice {
namespace {

void WriteColumns(const std::vector<absl::string_view>& columns,
                  StatementWriter& out) {
  absl::string_view separator = " (";
  for (const absl::string_view column : columns) {
    out.Text(separator).Identifier(column);
    separator = ", ";
  }
  out.Text(")");
}

void WriteOnConflict(const OnConflict& conflict, StatementWriter& out) {
  out.Text(" ON CONFLICT");
  WriteColumns(conflict.columns, out);
  if (!conflict.where.empty()) out.Text(" WHERE ").Text(conflict.where);
  if (conflict.set.empty()) {
    out.Text(" DO NOTHING");
  } else {
    // Those of `excluded` are called the same.
    out.Qualified().Text(" DO UPDATE SET ").Set(conflict.set);
    out.Where(conflict.only);
  }
}

}  // namespace

Statement Write(const Insert& insert, const Dialect& dialect,
                absl::Span<const Value> values) {
  StatementWriter out(dialect, values);
  out.Text("INSERT INTO ").Target(insert.into);
  if (insert.columns.empty()) {
    out.Text(" DEFAULT VALUES");
  } else {
    WriteColumns(insert.columns, out);
    absl::string_view separator = " VALUES (";
    for (const std::vector<Expression>& row : insert.rows) {
      out.Text(separator).Write(row).Text(")");
      separator = ", (";
    }
  }
  if (insert.on_conflict.has_value()) {
    WriteOnConflict(*insert.on_conflict, out);
  }
  return out.Returning(insert.returning).Finish(/*writes=*/true);
}

}  // namespace modelservice
