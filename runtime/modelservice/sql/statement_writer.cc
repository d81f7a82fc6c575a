#include "modelservice/sql/statement_writer.h"

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

absl::string_view Operator(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return " = ";
    case Comparison::kNotEqual:
      return " <> ";
    case Comparison::kLess:
      return " < ";
    case Comparison::kLessOrEqual:
      return " <= ";
    case Comparison::kGreater:
      return " > ";
    case Comparison::kGreaterOrEqual:
      return " >= ";
  }
  return " = ";
}

absl::string_view Operator(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::kAdd:
      return " + ";
    case Arithmetic::kSubtract:
      return " - ";
    case Arithmetic::kMultiply:
      return " * ";
    case Arithmetic::kDivide:
      return " / ";
    case Arithmetic::kConcatenate:
      return " || ";
  }
  return " + ";
}

absl::string_view FunctionName(AggregateFunction function) {
  switch (function) {
    case AggregateFunction::kCount:
      return "COUNT(";
    case AggregateFunction::kSum:
      return "SUM(";
    case AggregateFunction::kAverage:
      return "AVG(";
    case AggregateFunction::kMin:
      return "MIN(";
    case AggregateFunction::kMax:
      return "MAX(";
  }
  return "COUNT(";
}

bool IsDecimalColumn(const Expression& e) {
  const auto* const column = e.As<Expression::ColumnNode>();
  return column != nullptr && column->described != nullptr &&
         column->described->format == Format::kDecimal;
}

}  // namespace

// Writes each kind of node.
struct StatementWriter::Node {
  StatementWriter& out;

  // Decimals are stored as text where the database has no lossless number for
  // them, but are compared and ordered as numbers.
  void Operand(const Expression& e) const {
    out.Write(e);
    const absl::string_view collation = out.dialect_.decimal_collation();
    if (!collation.empty() && IsDecimalColumn(e)) {
      out.Text(" COLLATE ").Text(collation);
    }
  }
  void Parts(const std::vector<Expression>& parts,
             absl::string_view separator) const {
    absl::string_view next = "(";
    for (const Expression& part : parts) {
      out.Text(next).Write(part);
      next = separator;
    }
    out.Text(")");
  }

  void operator()(const Expression::TrueNode&) const { out.Text("1 = 1"); }
  void operator()(const Expression::FalseNode&) const { out.Text("1 = 0"); }
  void operator()(const Expression::ColumnNode& column) const {
    if (!column.alias.empty()) out.Identifier(column.alias).Text(".");
    out.Identifier(column.name());
  }
  void operator()(const Expression::LiteralNode& literal) const {
    const Value value = literal.literal.value();
    if (value.is_null()) {
      out.Text("NULL");
      return;
    }
    // The text lives in the expression, which the statement may outlive.
    out.Bind(out.statement_.arena.OwnTextOf(value));
  }
  void operator()(const Expression::ParameterNode&) const {
    out.Bind(out.used_ < out.values_.size() ? out.values_[out.used_] : Value());
    ++out.used_;
  }
  void operator()(const Expression::CompareNode& compare) const {
    Operand(compare.left);
    out.Text(Operator(compare.comparison));
    Operand(compare.right);
  }
  void operator()(const Expression::InNode& in) const {
    Operand(in.operand);
    std::vector<Value> values;
    values.reserve(in.values.size());
    for (const Literal& value : in.values) {
      values.push_back(out.statement_.arena.OwnTextOf(value.value()));
    }
    const Dialect::ListForm form = out.dialect_.list_form();
    out.Text(form.before);
    out.Bind(Value::List(out.statement_.arena.Own(std::move(values))));
    out.Text(form.behind);
  }
  void operator()(const Expression::IsNullNode& is_null) const {
    out.Write(is_null.operand).Text(" IS NULL");
  }
  void operator()(const Expression::AndNode& node) const {
    Parts(node.parts, " AND ");
  }
  void operator()(const Expression::OrNode& node) const {
    Parts(node.parts, " OR ");
  }
  void operator()(const Expression::NotNode& node) const {
    if (const auto* const null = node.operand.As<Expression::IsNullNode>()) {
      out.Write(null->operand).Text(" IS NOT NULL");
      return;
    }
    out.Text("NOT (").Write(node.operand).Text(")");
  }
  void operator()(const Expression::IsNotTrueNode& node) const {
    out.Text("(").Write(node.operand).Text(") IS NOT TRUE");
  }
  void operator()(const Expression::ArithmeticNode& node) const {
    out.Text("(").Write(node.left).Text(Operator(node.arithmetic));
    out.Write(node.right).Text(")");
  }
  void operator()(const Expression::MatchNode& node) const {
    const Dialect::MatchForm form =
        out.dialect_.Match(node.match, node.text, node.ignore_case);
    out.Write(node.operand).Text(form.before);
    out.Bind(Value::Text(out.statement_.arena.Own(form.pattern)));
    out.Text(form.behind);
  }
  void operator()(const Expression::AggregateNode& node) const {
    out.Text(FunctionName(node.function));
    if (node.distinct) out.Text("DISTINCT ");
    if (node.operand.is_true()) {
      out.Text("*");
    } else {
      out.Write(node.operand);
    }
    out.Text(")");
  }
  void operator()(const Expression::CaseNode& node) const {
    out.Text("CASE");
    for (const auto& [condition, value] : node.whens) {
      out.Text(" WHEN ").Write(condition).Text(" THEN ").Write(value);
    }
    out.Text(" ELSE ").Write(node.otherwise).Text(" END");
  }
  void operator()(const Expression::ExistsNode& node) const {
    out.Text("EXISTS (").Write(*node.select).Text(")");
  }
};

StatementWriter& StatementWriter::Text(absl::string_view sql) {
  absl::StrAppend(&sql_, sql);
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

StatementWriter& StatementWriter::Write(const Expression& e) {
  e.Visit(Node{*this});
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

void StatementWriter::SelectBody(const Select& select) {
  Text(select.distinct ? "SELECT DISTINCT " : "SELECT ");
  if (select.columns.empty()) Text("1");
  Write(select.columns).Text(" FROM ");
  if (select.from_select != nullptr) {
    Text("(").Write(*select.from_select).Text(") AS ");
    Identifier(select.from.alias);
  } else {
    Name(select.from);
  }
  for (const Join& join : select.joins) {
    Text(join.kind == Join::Kind::kLeft ? " LEFT JOIN " : " JOIN ");
    Name(join.table).Text(" ON ").Write(join.on);
  }
  Where(select.where);
  if (!select.group.empty()) Text(" GROUP BY ").Write(select.group);
  if (!select.having.is_true()) Text(" HAVING ").Write(select.having);
}

StatementWriter& StatementWriter::Write(const Select& select) {
  SelectBody(select);
  for (const Select& other : select.unions) {
    Text(" UNION ");
    SelectBody(other);
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
    Text(select.lock == RowLock::kUpdate ? " FOR NO KEY UPDATE"
                                         : " FOR UPDATE");
  }
  return *this;
}

void StatementWriter::Order(const std::vector<OrderBy>& order) {
  absl::string_view separator = " ORDER BY ";
  for (const OrderBy& part : order) {
    Text(separator);
    Node{*this}.Operand(part.by);
    if (part.descending) Text(" DESC");
    if (part.nullable) Text(part.descending ? " NULLS LAST" : " NULLS FIRST");
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
  return Text(" RETURNING ").Write(columns);
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
