#include "modelservice/sql/builder.h"

#include <utility>

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

}  // namespace

SqlBuilder& SqlBuilder::Text(absl::string_view sql) {
  absl::StrAppend(&sql_, sql);
  return *this;
}

SqlBuilder& SqlBuilder::TableName() {
  dialect_.AppendTable(table_.schema, table_.name, &sql_);
  return *this;
}

SqlBuilder& SqlBuilder::ColumnName(int column) {
  AppendIdentifier(table_.columns[static_cast<size_t>(column)].name, &sql_);
  return *this;
}

SqlBuilder& SqlBuilder::Columns() {
  for (size_t i = 0; i < table_.columns.size(); ++i) {
    if (i > 0) Text(", ");
    ColumnName(static_cast<int>(i));
  }
  return *this;
}

SqlBuilder& SqlBuilder::Parameter(Value value) {
  statement_.parameters.push_back(value);
  dialect_.AppendPlaceholder(static_cast<int>(statement_.parameters.size()),
                             &sql_);
  return *this;
}

// Decimals are stored as text where the database has no lossless number for
// them, but compare as numbers.
void SqlBuilder::Operand(int column) {
  const Column& described = table_.columns[static_cast<size_t>(column)];
  if (described.format == Format::kDecimal && dialect_.decimals_are_text()) {
    Text("CAST(").ColumnName(column).Text(" AS NUMERIC)");
  } else {
    ColumnName(column);
  }
}

void SqlBuilder::Compare(const Expression& comparison) {
  const int column = comparison.column();
  const Value value = comparison.literals()[0].value();
  if (value.is_null()) {
    switch (comparison.comparison()) {
      case Comparison::kEqual:
        ColumnName(column).Text(" IS NULL");
        return;
      case Comparison::kNotEqual:
        ColumnName(column).Text(" IS NOT NULL");
        return;
      default:
        Text("1 = 0");
        return;
    }
  }
  Operand(column);
  Text(Operator(comparison.comparison()));
  const Column& described = table_.columns[static_cast<size_t>(column)];
  const bool decimal =
      described.format == Format::kDecimal && dialect_.decimals_are_text();
  // The literal's text lives in the expression, which the statement may
  // outlive.
  Value owned = value;
  if (value.kind() == Value::Kind::kText) {
    owned = Value::Text(statement_.arena.Own(std::string(value.text())));
  } else if (value.kind() == Value::Kind::kBlob) {
    owned = Value::Blob(statement_.arena.Own(std::string(value.text())));
  } else if (value.kind() == Value::Kind::kInvalid) {
    owned = Value::Invalid(statement_.arena.Own(std::string(value.text())));
  }
  if (decimal) Text("CAST(");
  Parameter(owned);
  if (decimal) Text(" AS NUMERIC)");
}

void SqlBuilder::List(const Expression& in) {
  if (in.literals().empty()) {
    Text("1 = 0");
    return;
  }
  Text("(");
  for (size_t i = 0; i < in.literals().size(); ++i) {
    if (i > 0) Text(" OR ");
    Compare(
        Expression::Compare(in.column(), Comparison::kEqual, in.literals()[i]));
  }
  Text(")");
}

void SqlBuilder::Parts(const Expression& parts, absl::string_view separator) {
  Text("(");
  for (size_t i = 0; i < parts.parts().size(); ++i) {
    if (i > 0) Text(separator);
    Condition(parts.parts()[i]);
  }
  Text(")");
}

SqlBuilder& SqlBuilder::Condition(const Expression& condition) {
  switch (condition.kind()) {
    case Expression::Kind::kTrue:
      return Text("1 = 1");
    case Expression::Kind::kCompare:
      Compare(condition);
      return *this;
    case Expression::Kind::kIn:
      List(condition);
      return *this;
    case Expression::Kind::kIsNull:
      return ColumnName(condition.column()).Text(" IS NULL");
    case Expression::Kind::kAnd:
      Parts(condition, " AND ");
      return *this;
    case Expression::Kind::kOr:
      Parts(condition, " OR ");
      return *this;
    case Expression::Kind::kNot:
      Text("NOT (");
      return Condition(condition.parts()[0]).Text(")");
  }
  return *this;
}

SqlBuilder& SqlBuilder::Where(const Expression& condition) {
  if (condition.kind() == Expression::Kind::kTrue) return *this;
  return Text(" WHERE ").Condition(condition);
}

SqlBuilder& SqlBuilder::OrderBy(absl::Span<const Ordering> order) {
  absl::string_view separator = " ORDER BY ";
  for (const Ordering& part : order) {
    Text(separator);
    Operand(part.column);
    const Column& column = table_.columns[static_cast<size_t>(part.column)];
    if (part.descending) Text(" DESC");
    if (column.nullable) {
      Text(part.descending ? " NULLS LAST" : " NULLS FIRST");
    }
    separator = ", ";
  }
  return *this;
}

void SqlBuilder::Finish() {
  statement_.text = statement_.arena.Own(std::move(sql_));
}

}  // namespace modelservice
