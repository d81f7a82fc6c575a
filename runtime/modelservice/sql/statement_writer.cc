#include "modelservice/sql/statement_writer.h"

#include "absl/strings/str_cat.h"

namespace modelservice {

StatementWriter& StatementWriter::Text(absl::string_view sql) {
  sql_.append(sql.data(), sql.size());
  return *this;
}

StatementWriter& StatementWriter::Identifier(absl::string_view name) {
  AppendIdentifier(name, &sql_);
  return *this;
}

StatementWriter& StatementWriter::Name(const TableName& table) {
  dialect_.AppendTable(table.schema, table.name, &sql_);
  if (!table.alias.empty()) Text(" AS ").Identifier(table.alias);
  return *this;
}

StatementWriter& StatementWriter::Write(const std::vector<Expression>& list) {
  absl::string_view separator = "";
  for (const Expression& e : list) {
    Text(separator).Write(e);
    separator = ", ";
  }
  return *this;
}

void StatementWriter::Columns(const Select& select) {
  const ColumnList* const list = select.column_list;
  if (list == nullptr && select.columns.empty()) Text("1");
  // Rows with equal decimals are one row, and one group.
  int compared = select.group_by_first;
  absl::string_view separator = "";
  const auto write = [&](const std::vector<Expression>& columns) {
    for (const Expression& column : columns) {
      Text(separator);
      const size_t start = sql_.size();
      Write(column);
      if (compared > 0 && column.As<Expression::ColumnNode>() == nullptr) {
        group_scope_ = scope_;
        group_keys_.emplace_back(&column, sql_.substr(start));
      }
      if (select.distinct || compared-- > 0) Collation(column);
      separator = ", ";
    }
  };
  if (list != nullptr) {
    if (list->text.empty() || select.distinct || scopes_[scope_].qualified) {
      write(list->columns);
    } else {
      Text(list->text);
      separator = ", ";
    }
  }
  write(select.columns);
}

void StatementWriter::SelectBody(const Select& select) {
  Text(select.distinct ? "SELECT DISTINCT " : "SELECT ");
  Columns(select);
  Text(" FROM ");
  if (select.from_select != nullptr) {
    Text("(").Write(*select.from_select).Text(") AS ");
    Identifier(select.from.alias);
  } else if (select.from_json != nullptr) {
    Elements(*select.from_json);
    Text(" AS ").Identifier(select.from.alias);
  } else if (select.related != nullptr) {
    TableName named = select.from;
    named.alias = scopes_[scope_].name;
    Name(named);
  } else {
    Name(select.from);
  }
  Joins();
  for (const Join& join : select.joins) {
    Text(join.kind == Join::Kind::kLeft ? " LEFT JOIN " : " JOIN ");
    Name(join.table).Text(" ON ").Write(join.on);
  }
  Where(select.where);
  if (!select.group.empty()) Text(" GROUP BY ").Write(select.group);
  for (int i = 1; i <= select.group_by_first; ++i) {
    Text(i == 1 ? " GROUP BY " : ", ").Text(absl::StrCat(i));
  }
  if (!select.having.is_true()) Text(" HAVING ").Write(select.having);
}

StatementWriter& StatementWriter::Write(const Select& select) {
  Enter(select);
  SelectBody(select);
  for (const Select& other : select.unions) {
    Text(" UNION ");
    Enter(other);
    SelectBody(other);
    Leave();
  }
  Order(select.order);
  if (select.limit.has_value()) {
    Text(" LIMIT ").Bind(Value::Integer(*select.limit));
  } else if (select.offset.has_value() && dialect_.needs_limit_for_offset()) {
    Text(" LIMIT -1");
  }
  if (select.offset.has_value()) {
    Text(" OFFSET ").Bind(Value::Integer(*select.offset));
  }
  if (select.lock != RowLock::kNone && dialect_.locks_rows()) {
    Text(select.lock == RowLock::kShare    ? " FOR SHARE"
         : select.lock == RowLock::kUpdate ? " FOR NO KEY UPDATE"
                                           : " FOR UPDATE");
    // Rows that a left join may not have cannot be locked.
    const Scope& scope = scopes_[scope_];
    if (!scope.ways.empty()) Text(" OF ").Identifier(scope.name);
    if (select.lock_wait == LockWait::kSkip) Text(" SKIP LOCKED");
    if (select.lock_wait == LockWait::kFail) Text(" NOWAIT");
  }
  Leave();
  return *this;
}

StatementWriter& StatementWriter::Qualified() {
  scopes_[scope_].qualified = true;
  return *this;
}

void StatementWriter::Order(const std::vector<OrderBy>& order) {
  absl::string_view separator = " ORDER BY ";
  for (const OrderBy& part : order) {
    Text(separator);
    if (part.place > 0) {
      Text(absl::StrCat(part.place));
    } else {
      Write(part.by);
    }
    Collation(part.by);
    if (part.descending) Text(" DESC");
    if (part.nullable) {
      Text(part.nulls_first() ? " NULLS FIRST" : " NULLS LAST");
    }
    separator = ", ";
  }
}

StatementWriter& StatementWriter::Set(
    const std::vector<std::pair<absl::string_view, Expression>>& changes) {
  absl::string_view separator = "";
  for (const auto& [column, value] : changes) {
    Text(separator).Identifier(column).Text(" = ").Write(value);
    separator = ", ";
  }
  return *this;
}

StatementWriter& StatementWriter::Where(const Expression& condition) {
  if (condition.is_true()) return *this;
  return Text(" WHERE ").Write(condition);
}

StatementWriter& StatementWriter::Returning(
    const std::vector<Expression>& columns) {
  if (columns.empty()) return *this;
  in_returning_ = true;
  Text(" RETURNING ").Write(columns);
  in_returning_ = false;
  return *this;
}

void StatementWriter::Bind(Value value) {
  statement_.parameters.push_back(value);
  dialect_.AppendPlaceholder(static_cast<int>(statement_.parameters.size()),
                             &sql_);
}

Statement StatementWriter::Finish(bool writes) {
  statement_.writes = writes;
  statement_.text = statement_.arena.Own(std::move(sql_));
  return std::move(statement_);
}

}  // namespace modelservice
