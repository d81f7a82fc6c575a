#include "modelservice/migrate/script.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/schema/own_tables.h"
#include "modelservice/sql/raw_text.h"

namespace modelservice {

std::string QuotedName(absl::string_view name) {
  std::string sql;
  AppendIdentifier(name, &sql);
  return sql;
}

std::string QuotedTable(absl::string_view schema, absl::string_view name,
                        const Dialect& dialect) {
  std::string sql;
  dialect.AppendTable(schema, name, &sql);
  return sql;
}

std::string QuotedTable(const TableSpec& table, const Dialect& dialect) {
  return QuotedTable(table.schema, table.name, dialect);
}

std::string QuotedList(const std::vector<std::string>& columns) {
  std::string sql;
  for (const std::string& column : columns) {
    absl::StrAppend(&sql, sql.empty() ? "" : ", ", QuotedName(column));
  }
  return sql;
}

void AppendStatements(absl::string_view sql,
                      std::vector<std::string>* statements) {
  for (const absl::string_view statement : SplitStatements(sql)) {
    statements->emplace_back(statement);
  }
}

std::vector<std::string> PartsOf(const IndexSpec& index) {
  std::vector<std::string> columns;
  for (const ColumnOrder& part : index.parts) columns.push_back(part.column);
  return columns;
}

ValueChange ValueChangeOf(const AlteredColumn& column, const TableSpec& table,
                          bool on_postgres) {
  // A table that is made anew has all columns, also those that stay as they
  // are.
  if (column.may_hold_the_same()) return {};
  return ValueChangeOf(
      {column.before->type, *column.form_before},
      {column.after->type, *column.form_after}, QuotedName(column.after->name),
      absl::StrCat(table.name, ".", column.after->name), on_postgres);
}

std::vector<Renaming> InOrder(const std::vector<Renaming>& renamings) {
  std::vector<Renaming> open = renamings;
  std::vector<Renaming> ordered;
  int aside = 0;
  while (!open.empty()) {
    // One whose new name nobody has; to SQLite case is no difference.
    const auto free =
        std::find_if(open.begin(), open.end(), [&](const auto& a) {
          return std::none_of(open.begin(), open.end(), [&](const auto& b) {
            return absl::EqualsIgnoreCase(b.first, a.second);
          });
        });
    if (free != open.end()) {
      ordered.push_back(*free);
      open.erase(free);
      continue;
    }
    const std::string name = absl::StrCat(kAsidePrefix, ++aside);
    ordered.emplace_back(open[0].first, name);
    open[0].first = name;
  }
  return ordered;
}

Script ScriptOf(const SchemaMatch& match, const Dialect& dialect,
                NamesOfDropped names) {
  const SchemaChange change = ChangeOf(match);
  return dialect.alters_constraints() ? PostgresScript(match, change, names)
                                      : SqliteScript(change);
}

}  // namespace modelservice
