#include "modelservice/sql/hidden_rows.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

Expression NotHidden(const Table& table, absl::string_view alias) {
  const int column = ColumnIn(Role::kDeleteTime, table);
  if (column < 0) return Expression();
  return Expression::IsNull(Expression::Column(table, column, alias));
}

std::string NotHiddenSql(absl::string_view column) {
  std::string sql;
  AppendIdentifier(column, &sql);
  return absl::StrCat(sql, " IS NULL");
}

bool IsOfShownRows(const Index& index, const Table& table) {
  if (index.where.empty()) return true;
  const int column = ColumnIn(Role::kDeleteTime, table);
  return column >= 0 &&
         index.where ==
             NotHiddenSql(table.columns[static_cast<size_t>(column)].name);
}

namespace {

const Index* UniqueIndex(const Table& table, absl::Span<const int> columns) {
  for (const Index& index : table.indexes) {
    const bool same =
        index.columns.size() == columns.size() &&
        std::all_of(index.columns.begin(), index.columns.end(),
                    [&](const IndexColumn& part) {
                      return std::find(columns.begin(), columns.end(),
                                       part.column) != columns.end();
                    });
    if (same && index.unique && IsOfShownRows(index, table)) return &index;
  }
  return nullptr;
}

}  // namespace

bool IsUniqueSet(const Table& table, absl::Span<const int> columns) {
  return UniqueIndex(table, columns) != nullptr;
}

absl::string_view UniqueWhere(const Table& table,
                              absl::Span<const int> columns) {
  const Index* const index = UniqueIndex(table, columns);
  return index == nullptr ? "" : index->where;
}

}  // namespace modelservice
