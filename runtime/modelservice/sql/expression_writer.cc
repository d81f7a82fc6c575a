// StatementWriter's part about expressions.
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/sql/between_times.h"
#include "modelservice/sql/number_kind.h"
#include "modelservice/sql/operator_names.h"
#include "modelservice/sql/statement_writer.h"

namespace modelservice {
namespace {

// What ends the name of a function of our connections (db/sqlite/).
absl::string_view FunctionName(Arithmetic arithmetic) {
  switch (arithmetic) {
    case Arithmetic::kAdd:
      return "add(";
    case Arithmetic::kSubtract:
      return "subtract(";
    case Arithmetic::kMultiply:
      return "multiply(";
    case Arithmetic::kDivide:
      return "divide(";
    case Arithmetic::kConcatenate:
      break;
  }
  return "";
}

JsonLies LiesIn(const Expression& e) {
  if (const auto* const outer = e.As<Expression::OuterNode>()) {
    return LiesIn(outer->operand);
  }
  if (e.As<Expression::CastNode>() != nullptr) return JsonLies::kInText;
  const auto* const column = e.As<Expression::ColumnNode>();
  const bool is_array = column != nullptr && column->described != nullptr &&
                        column->described->storage == Storage::kArray;
  return is_array ? JsonLies::kInArray : JsonLies::kInJson;
}

bool MayBeZero(const Expression& e) {
  const auto* const literal = e.As<Expression::LiteralNode>();
  if (literal == nullptr) return true;
  const Value value = literal->literal.value();
  return value.kind() == Value::Kind::kReal ? value.real() == 0
                                            : value.integer() == 0;
}

}  // namespace

// Writes each kind of node.
struct StatementWriter::Node {
  StatementWriter& out;

  void Operand(const Expression& e) const {
    out.Write(e);
    out.Collation(e);
  }
  // Many in halves, for SQLite takes an expression of no more than 1,000 levels
  // (https://sqlite.org/limits.html#max_expr_depth), and `a AND b AND c` has
  // two.
  void Parts(absl::Span<const Expression> parts,
             absl::string_view separator) const {
    constexpr size_t kFew = 100;
    out.Text("(");
    if (parts.size() > kFew) {
      const size_t half = parts.size() / 2;
      Parts(parts.first(half), separator);
      out.Text(separator);
      Parts(parts.subspan(half), separator);
    } else {
      out.Write(parts.front());
      for (const Expression& part : parts.subspan(1)) {
        out.Text(separator).Write(part);
      }
    }
    out.Text(")");
  }

  void operator()(const Expression::TrueNode&) const { out.Text("1 = 1"); }
  void operator()(const Expression::FalseNode&) const { out.Text("1 = 0"); }
  void operator()(const Expression::ColumnNode& column) const {
    out.Column(column);
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
    if (const auto held = InTimesHeld(compare, out.dialect_.time_step())) {
      out.Write(*held);
      return;
    }
    Operand(compare.left);
    out.Text(Operator(compare.comparison));
    Operand(compare.right);
  }
  void operator()(const Expression::InNode& in) const {
    Operand(in.operand);
    std::vector<Value> values;
    values.reserve(in.values.size());
    for (const Literal& value : in.values) {
      if (IsBetweenTimes(in.operand, value, out.dialect_.time_step())) continue;
      values.push_back(out.statement_.arena.OwnTextOf(value.value()));
    }
    const Dialect::ListForm form = out.dialect_.list_form();
    out.Text(form.before);
    out.Bind(Value::List(out.statement_.arena.Own(std::move(values))));
    out.Text(form.behind);
  }
  void IsNull(const Expression& e, bool is_null) const {
    // In RETURNING, SQLite 3.40 takes every column for NOT NULL where the rowid
    // is declared so, and IS NULL for false.
    if (out.in_returning_ && out.dialect_.name() == "sqlite") {
      out.Text("typeof(").Write(e);
      out.Text(is_null ? ") = 'null'" : ") <> 'null'");
    } else {
      out.Write(e).Text(is_null ? " IS NULL" : " IS NOT NULL");
    }
  }
  void operator()(const Expression::IsNullNode& is_null) const {
    IsNull(is_null.operand, true);
  }
  void operator()(const Expression::AndNode& node) const {
    Parts(node.parts, " AND ");
  }
  void operator()(const Expression::OrNode& node) const {
    Parts(node.parts, " OR ");
  }
  void operator()(const Expression::NotNode& node) const {
    if (const auto* const null = node.operand.As<Expression::IsNullNode>()) {
      IsNull(null->operand, false);
      return;
    }
    out.Text("NOT (").Write(node.operand).Text(")");
  }
  void operator()(const Expression::IsNotTrueNode& node) const {
    out.Text("(").Write(node.operand).Text(") IS NOT TRUE");
  }
  // With room for what is computed.
  void Term(const Expression& e) const {
    const auto* const column = e.As<Expression::ColumnNode>();
    const absl::string_view type =
        column == nullptr || column->described == nullptr
            ? ""
            : out.dialect_.wide_type(*column->described);
    if (!type.empty()) out.Text("CAST(");
    out.Write(e);
    if (!type.empty()) out.Text(" AS ").Text(type).Text(")");
  }
  void operator()(const Expression::ArithmeticNode& node) const {
    const NumberKind kind = NumberKindOf(node);
    const absl::string_view functions = out.FunctionsOf(kind);
    if (!functions.empty() && node.arithmetic != Arithmetic::kConcatenate) {
      out.Text(functions).Text(FunctionName(node.arithmetic));
      out.Write(node.left).Text(", ").Write(node.right).Text(")");
      return;
    }
    if (node.arithmetic == Arithmetic::kDivide && kind == NumberKind::kWhole &&
        out.dialect_.sums_are_decimal() &&
        (IsOfWholeSum(node.left) || IsOfWholeSum(node.right))) {
      // Towards zero, as the quotients of other whole numbers.
      out.Text("DIV(").Write(node.left).Text(", NULLIF(").Write(node.right);
      out.Text(", 0))");
      return;
    }
    const bool to_null = node.arithmetic == Arithmetic::kDivide &&
                         out.dialect_.division_by_zero_fails() &&
                         MayBeZero(node.right);
    out.Text("(");
    Term(node.left);
    out.Text(Operator(node.arithmetic)).Text(to_null ? "NULLIF(" : "");
    Term(node.right);
    out.Text(to_null ? ", 0))" : ")");
  }
  // SQL with `@` for an expression and `?` for a parameter.
  void Filled(absl::string_view sql, const Expression& at, Value value) const {
    while (!sql.empty()) {
      const size_t mark = sql.find_first_of("@?");
      out.Text(sql.substr(0, mark));
      if (mark == absl::string_view::npos) return;
      if (sql[mark] == '@') {
        out.Write(at);
      } else {
        out.Bind(value);
      }
      sql.remove_prefix(mark + 1);
    }
  }
  void operator()(const Expression::DatePartNode& node) const {
    Filled(out.dialect_.date_part(node.part), node.operand, Value());
  }
  void operator()(const Expression::CastNode& node) const {
    // Which a text that is NaN would not survive.
    if (node.type == CastType::kReal && out.dialect_.keeps_nan_as_text() &&
        NumberKindOf(node.operand) == NumberKind::kReal) {
      out.Write(node.operand);
      return;
    }
    Filled(out.dialect_.cast_form(node.type), node.operand, Value());
  }
  void operator()(const Expression::FittedNode& node) const {
    if (!out.dialect_.decimal_collation().empty()) {
      out.Text("modelservice_decimal_fit(").Write(node.operand);
      out.Text(
          absl::StrCat(", ", node.max_digits, ", ", node.decimal_places, ")"));
    } else if (node.max_digits >= 0) {
      out.Text("CAST(").Write(node.operand).Text(" AS NUMERIC(");
      out.Text(absl::StrCat(node.max_digits, ",", node.decimal_places, "))"));
    } else if (node.decimal_places >= 0) {
      out.Text("ROUND(CAST(").Write(node.operand).Text(" AS NUMERIC), ");
      out.Text(absl::StrCat(node.decimal_places, ")"));
    } else {
      out.Write(node.operand);
    }
  }
  void operator()(const Expression::JsonNode& node) const {
    const JsonLies lies = LiesIn(node.operand);
    InJson(out.dialect_.json_form(node.kind, lies), lies, node.operand,
           node.path);
  }
  void Elements(const JsonElements& list) const {
    const JsonLies lies = LiesIn(list.operand);
    InJson(out.dialect_.json_elements_form(lies), lies, list.operand,
           list.path);
  }
  void InJson(absl::string_view form, JsonLies lies, const Expression& json,
              const std::vector<JsonStep>& path) const {
    const std::string other = out.dialect_.JsonFormFor(path, lies, form);
    Filled(other.empty() ? form : other, json,
           out.dialect_.JsonPath(path, out.statement_.arena));
  }
  void operator()(const Expression::MatchNode& node) const {
    const Dialect::MatchForm form =
        out.dialect_.Match(node.match, node.text, node.ignore_case);
    const auto* const column = node.operand.As<Expression::ColumnNode>();
    const bool as_text = column != nullptr && column->described != nullptr &&
                         out.dialect_.matches_as_text(*column->described);
    if (as_text) out.Text("CAST(");
    out.Write(node.operand);
    if (as_text) out.Text(" AS TEXT)");
    out.Text(form.before);
    out.Bind(Value::Text(out.statement_.arena.Own(form.pattern)));
    out.Text(form.behind);
  }
  void operator()(const Expression::AggregateNode& node) const {
    const NumberKind kind = NumberKindOf(node.operand);
    const bool is_mean = node.function == AggregateFunction::kAverage &&
                         kind == NumberKind::kReal;
    // A parameter alone has no type that it could be asked by.
    if (is_mean && !node.distinct && !out.dialect_.real_average().empty() &&
        node.operand.As<Expression::LiteralNode>() == nullptr) {
      return Filled(out.dialect_.real_average(), node.operand, Value());
    }
    const absl::string_view functions = out.FunctionsOf(kind);
    if (!functions.empty() && node.function == AggregateFunction::kSum) {
      out.Text(functions).Text("sum(");
    } else if (!functions.empty() &&
               node.function == AggregateFunction::kAverage) {
      out.Text(functions).Text("average(");
    } else {
      out.Text(FunctionName(node.function));
    }
    if (node.distinct) out.Text("DISTINCT ");
    const bool compares = node.distinct ||
                          node.function == AggregateFunction::kMin ||
                          node.function == AggregateFunction::kMax;
    if (node.operand.is_true()) {
      out.Text("*");
    } else if (compares) {
      Operand(node.operand);
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
  void operator()(const Expression::SubselectNode& node) const {
    out.Text("(").Write(*node.select).Text(")");
  }
  void operator()(const Expression::OuterNode& node) const {
    const size_t inside = out.scope_;
    const bool in_outer = std::exchange(out.in_outer_, true);
    out.scope_ = out.scopes_[inside].outer;
    out.Write(node.operand);
    out.scope_ = inside;
    out.in_outer_ = in_outer;
  }
};

// Of our connections (db/sqlite/), what the functions for numbers of this kind
// begin with; empty: the database's own do.
absl::string_view StatementWriter::FunctionsOf(NumberKind kind) const {
  if (kind == NumberKind::kDecimal && !dialect_.decimal_collation().empty()) {
    return "modelservice_decimal_";
  }
  if (kind == NumberKind::kReal && dialect_.keeps_nan_as_text()) {
    return "modelservice_real_";
  }
  return "";
}

// Decimals are stored as text where the database has no lossless number for
// them, but are compared and ordered as numbers.
bool StatementWriter::IsDecimalText(const Expression& e) const {
  return !dialect_.decimal_collation().empty() && IsDecimal(e);
}

void StatementWriter::Collation(const Expression& e) {
  if (!IsDecimalText(e)) return;
  Text(" COLLATE ").Text(dialect_.decimal_collation());
}

void StatementWriter::Elements(const JsonElements& list) {
  Node{*this}.Elements(list);
}

// Its columns may have other names inside of a SELECT.
bool StatementWriter::WriteGroupKey(const Expression& e) {
  if (scope_ != group_scope_ || in_outer_) return false;
  for (const auto& [key, text] : group_keys_) {
    if (*key != e) continue;
    Text(text);
    return true;
  }
  return false;
}

StatementWriter& StatementWriter::Write(const Expression& e) {
  if (group_keys_.empty() || !WriteGroupKey(e)) e.Visit(Node{*this});
  return *this;
}

}  // namespace modelservice
