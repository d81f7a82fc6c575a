#include "modelservice/sql/expression_faults.h"

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/sql/number_kind.h"
#include "modelservice/sql/parts.h"

namespace modelservice {
namespace {

enum class Kind : uint8_t { kUnknown, kText, kDecimal, kNumber };

Kind KindOf(const Expression& e, absl::Span<const TableForms> tables);

Kind KindOfColumn(const Expression& e, const Column& column,
                  absl::Span<const TableForms> tables) {
  if (column.storage != Storage::kNative || column.repeated) {
    return Kind::kUnknown;
  }
  switch (column.type) {
    case FieldType::kString:
      break;
    case FieldType::kBool:
    case FieldType::kEnum:
    case FieldType::kBytes:
    case FieldType::kMessage:
    case FieldType::kTimestamp:
    case FieldType::kDuration:
      return Kind::kUnknown;
    default:
      return Kind::kNumber;
  }
  if (column.format == Format::kDecimal) return Kind::kDecimal;
  const ColumnForm* const form = FormOf(e, tables);
  const bool may_be_number = form != nullptr
                                 ? form->adds_up() && !form->is_plain()
                                 : !column.sql_type.empty();
  return may_be_number ? Kind::kUnknown : Kind::kText;
}

Kind KindOf(const Expression& e, absl::Span<const TableForms> tables) {
  if (const auto* const column = e.As<Expression::ColumnNode>()) {
    return column->described == nullptr
               ? Kind::kUnknown
               : KindOfColumn(e, *column->described, tables);
  }
  if (const auto* const literal = e.As<Expression::LiteralNode>()) {
    const Value::Kind kind = literal->literal.value().kind();
    return kind == Value::Kind::kInteger || kind == Value::Kind::kReal
               ? Kind::kNumber
               : Kind::kUnknown;
  }
  if (const auto* const computed = e.As<Expression::ArithmeticNode>()) {
    if (computed->arithmetic == Arithmetic::kConcatenate) return Kind::kText;
    return IsDecimal(e) ? Kind::kDecimal : Kind::kNumber;
  }
  if (const auto* const aggregate = e.As<Expression::AggregateNode>()) {
    if (aggregate->function == AggregateFunction::kCount) return Kind::kNumber;
    const Kind kind = KindOf(aggregate->operand, tables);
    return aggregate->function == AggregateFunction::kAverage &&
                   kind != Kind::kDecimal
               ? Kind::kNumber
               : kind;
  }
  const auto* const one = e.As<Expression::SubselectNode>();
  if (one != nullptr && one->select->columns.size() == 1) {
    return KindOf(one->select->columns.front(), tables);
  }
  return IsDecimal(e) ? Kind::kDecimal : Kind::kUnknown;
}

// The first column in it, by its field.
std::string NameIn(const Expression& e) {
  if (const auto* const column = e.As<Expression::ColumnNode>()) {
    return std::string(column->described != nullptr ? column->described->field
                                                    : column->name());
  }
  std::string name;
  ForEachPart(e, [&name](const Expression& part, int) {
    if (name.empty()) name = NameIn(part);
  });
  return name;
}

// What keeps `e` from being a decimal beside one.
std::string NoDecimal(const Expression& e,
                      absl::Span<const TableForms> tables) {
  if (const auto* const literal = e.As<Expression::LiteralNode>()) {
    const Value value = literal->literal.value();
    Decimal decimal;
    if (value.kind() == Value::Kind::kText &&
        !Decimal::Parse(value.text(), &decimal)) {
      return absl::StrCat("\"", value.text(), "\" is no decimal number");
    }
    return "";
  }
  if (KindOf(e, tables) != Kind::kText) return "";
  return absl::StrCat(NameIn(e),
                      " is a text and no decimal number; declare it with "
                      "format: DECIMAL");
}

class TypeFaults {
 public:
  explicit TypeFaults(absl::Span<const TableForms> tables) : tables_(tables) {}

  std::string operator()(const Expression::ArithmeticNode& node) const {
    const Kind left = KindOf(node.left, tables_);
    const Kind right = KindOf(node.right, tables_);
    const auto either = [&](Kind kind) {
      return left == kind || right == kind;
    };
    if (node.arithmetic == Arithmetic::kConcatenate) {
      if (!either(Kind::kNumber)) return InParts(node);
      return absl::StrCat(
          NameIn(left == Kind::kNumber ? node.right : node.left),
          " is a text and takes no number; join texts, or declare it with "
          "format: DECIMAL");
    }
    if (either(Kind::kDecimal)) {
      if (node.arithmetic == Arithmetic::kDivide) {
        return absl::StrCat(
            NameIn(left == Kind::kDecimal ? node.left : node.right),
            " is a decimal, and those are not divided in a database; multiply "
            "it, or read it and divide");
      }
      std::string fault = NoDecimal(node.left, tables_);
      if (fault.empty()) fault = NoDecimal(node.right, tables_);
      if (!fault.empty()) return fault;
    } else if (either(Kind::kText)) {
      return absl::StrCat(
          NameIn(left == Kind::kText ? node.left : node.right),
          " is a text, and texts are only joined, by +; declare it with "
          "format: DECIMAL where it is a number");
    }
    return InParts(node);
  }
  std::string operator()(const Expression::CompareNode& node) const {
    const Kind left = KindOf(node.left, tables_);
    const Kind right = KindOf(node.right, tables_);
    if ((left == Kind::kDecimal && right == Kind::kText) ||
        (left == Kind::kText && right == Kind::kDecimal)) {
      return NoDecimal(left == Kind::kText ? node.left : node.right, tables_);
    }
    return InParts(node);
  }
  std::string operator()(const Expression::AggregateNode& node) const {
    const bool adds = node.function == AggregateFunction::kSum ||
                      node.function == AggregateFunction::kAverage;
    if (adds && KindOf(node.operand, tables_) == Kind::kText) {
      return absl::StrCat(
          NameIn(node.operand),
          " is a text, which has no sum and no average; declare it with "
          "format: DECIMAL where it is a number");
    }
    return InParts(node);
  }
  template <class Node>
  std::string operator()(const Node& node) const {
    return InParts(node);
  }

 private:
  template <class Node>
  std::string InParts(const Node& node) const {
    std::string fault;
    const auto each = [&](const Expression& part, int) {
      if (fault.empty()) fault = part.Visit(*this);
    };
    Parts<decltype(each)> parts(each);
    parts(node);
    return fault;
  }

  const absl::Span<const TableForms> tables_;
};

bool IsOfMany(const Expression& e);

// Whether it is an aggregate of aggregates.
bool IsOfSuch(const Expression& e) {
  const auto* const aggregate = e.As<Expression::AggregateNode>();
  return aggregate != nullptr && IsOfMany(aggregate->operand);
}

// Whether there is an aggregate in it, or in what a SELECT inside of it asks of
// its rows: not among what that one gives, as a Count does.
bool IsOfMany(const Expression& e) {
  if (e.As<Expression::AggregateNode>() != nullptr) return true;
  if (const auto* const exists = e.As<Expression::ExistsNode>()) {
    return IsOfMany(exists->select->where);
  }
  if (const auto* const one = e.As<Expression::SubselectNode>()) {
    return IsOfMany(one->select->where) ||
           absl::c_any_of(one->select->columns, IsOfSuch);
  }
  bool is = false;
  ForEachPart(
      e, [&is](const Expression& part, int) { is = is || IsOfMany(part); });
  return is;
}

class GroupFaults {
 public:
  GroupFaults(const Table& table, absl::Span<const Expression> keys)
      : keys_(keys) {
    // Of one row each: all that is in the row is the same in its group.
    by_row_ = !table.key.empty() && absl::c_all_of(table.key, [&](int column) {
      return absl::c_linear_search(keys, Expression::Column(table, column));
    });
  }

  std::string Of(const Expression& e, int inside = 0) const {
    if (inside < 0) return "";
    if (inside == 0) {
      if (absl::c_linear_search(keys_, e)) return "";
      if (const auto* const aggregate = e.As<Expression::AggregateNode>()) {
        if (!IsOfMany(aggregate->operand)) return "";
        return "an aggregate is not of aggregates";
      }
      const auto* const column = e.As<Expression::ColumnNode>();
      if (column != nullptr && !(by_row_ && column->way == nullptr)) {
        return absl::StrCat(
            NameIn(e), keys_.empty()
                           ? " is another one in each row; take an aggregate "
                             "of it, or Values"
                           : " is no key of the groups, and may be another one "
                             "in each of their rows; add it to GroupBy, or "
                             "take an aggregate of it");
      }
    }
    std::string fault;
    ForEachPart(e, [&](const Expression& part, int deeper) {
      if (fault.empty()) fault = Of(part, inside + deeper);
    });
    return fault;
  }

 private:
  const absl::Span<const Expression> keys_;
  bool by_row_ = false;
};

}  // namespace

std::string TypeFault(const Expression& e,
                      absl::Span<const TableForms> tables) {
  return e.Visit(TypeFaults(tables));
}

std::string DecimalFault(const Expression& value,
                         absl::Span<const TableForms> tables) {
  return NoDecimal(value, tables);
}

std::string RowFault(const Expression& e) {
  if (!IsOfMany(e)) return "";
  return "an aggregate is of many rows, and this is of one; use Aggregate, or "
         "GroupBy and Having";
}

std::string GroupFault(const Expression& e, const Table& table,
                       absl::Span<const Expression> keys) {
  return GroupFaults(table, keys).Of(e);
}

}  // namespace modelservice
