#include "modelservice/orm/kept_values.h"

#include <optional>
#include <string>

#include "modelservice/base/compat.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/format.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"

namespace modelservice {
namespace {

// Of a number that is no decimal to its database.
constexpr size_t kShownDigits = 15;

// How what the row has compares to `value` where it is shown as that.
std::optional<Comparison> Shown(const Column& column, const LiveColumn* live,
                                Value value) {
  if (live == nullptr || column.storage != Storage::kNative) {
    return std::nullopt;
  }
  if (column.type == FieldType::kDuration) {
    // To PostgreSQL a month is 30 days, too, when they are compared.
    if (live->kind != ColumnKind::kInterval || value.is_null()) {
      return std::nullopt;
    }
    return Comparison::kEqual;
  }
  if (column.type != FieldType::kTimestamp ||
      value.kind() != Value::Kind::kTimestamp ||
      (live->kind != ColumnKind::kTimestamp &&
       live->kind != ColumnKind::kDate)) {
    return std::nullopt;
  }
  if (value.seconds() == kMinTimestampSeconds) return Comparison::kLess;
  if (value.seconds() == kMaxTimestampSeconds) return Comparison::kGreater;
  return std::nullopt;
}

bool IsEndOfTime(Value time) {
  return time.seconds() == kMinTimestampSeconds ||
         time.seconds() == kMaxTimestampSeconds;
}

// Whether the text may be that of a number with more digits.
bool MayBeRounded(absl::string_view text) {
  Decimal decimal;
  if (!Decimal::Parse(text, &decimal)) return true;
  decimal.Strip();
  return decimal.whole().size() + decimal.fraction().size() >= kShownDigits;
}

const LiveColumn* LiveOf(const Table& table, int column,
                         const LiveTable& live) {
  return FindColumn(live.columns,
                    table.columns[static_cast<size_t>(column)].name);
}

// Whether what the row has is kept where it shows the same as before.
bool IsKept(const Dialect& dialect, const Model& model, const LiveTable& live,
            int column, Value value) {
  if (ShowsPart(model, column)) return true;
  if (dialect.keeps_types()) return false;
  return MayHoldMore(model, column, &live, dialect) &&
         MayStandForMore(model, column, &live, dialect, value);
}

}  // namespace

bool ShowsPart(const Model& model, int column) {
  const Column& described = model.table->columns[static_cast<size_t>(column)];
  if (described.storage == Storage::kArray) return true;
  if (described.storage != Storage::kJson) return false;
  const auto* const field =
      model.prototype().GetDescriptor()->FindFieldByNumber(described.number);
  const auto* type = field->message_type();
  if (field->is_map()) type = type->FindFieldByNumber(2)->message_type();
  if (type == nullptr) return false;
  const std::string name = compat::Str(type->full_name());
  return name == "google.protobuf.Value" || name == "google.protobuf.Struct" ||
         name == "google.protobuf.ListValue";
}

bool MayHoldMore(const Model& model, int column, const LiveTable* table,
                 const Dialect& dialect) {
  if (ShowsPart(model, column)) return true;
  const Column& field = model.table->columns[static_cast<size_t>(column)];
  const bool has_more = field.type == FieldType::kString ||
                        field.type == FieldType::kDuration ||
                        field.type == FieldType::kTimestamp;
  if (!has_more || field.storage != Storage::kNative || field.output_only ||
      IsStamped(field.role) || table == nullptr) {
    return false;
  }
  // By its name, which most columns need not.
  const LiveColumn* const live = LiveOf(*model.table, column, *table);
  if (live == nullptr) return false;
  const bool is_decimal = field.format == Format::kDecimal;
  switch (field.type) {
    case FieldType::kString:
      if (!dialect.keeps_types()) {
        return field.format == Format::kDate || field.format == Format::kTime ||
               is_decimal ||
               !table->forms[static_cast<size_t>(column)].is_plain();
      }
      return is_decimal && (live->kind == ColumnKind::kDecimal ||
                            live->kind == ColumnKind::kReal);
    case FieldType::kDuration:
      return live->kind == ColumnKind::kInterval && dialect.keeps_types();
    case FieldType::kTimestamp:
      return live->kind == ColumnKind::kTimestamp ||
             live->kind == ColumnKind::kDate;
    default:
      return false;
  }
}

bool MayStandForMore(const Model& model, int column, const LiveTable* table,
                     const Dialect& dialect, Value value) {
  if (value.is_null()) return false;
  if (ShowsPart(model, column)) return true;
  if (value.kind() == Value::Kind::kTimestamp) return IsEndOfTime(value);
  if (value.kind() != Value::Kind::kText) return true;
  const Column& field = model.table->columns[static_cast<size_t>(column)];
  const LiveColumn& live = *LiveOf(*model.table, column, *table);
  if (!dialect.keeps_types()) {
    TextArena arena;
    const ColumnForm& form = table->forms[static_cast<size_t>(column)];
    if (!HasFormat(field.format, value.text()) ||
        form.Stored(value, arena).kind() == Value::Kind::kInvalid) {
      return true;
    }
  }
  const bool is_decimal =
      field.format == Format::kDecimal || live.kind == ColumnKind::kDecimal;
  if (!is_decimal) return false;
  // Texts and PostgreSQL's decimals have all of their digits.
  if (live.kind == ColumnKind::kText ||
      (dialect.keeps_types() && live.kind == ColumnKind::kDecimal)) {
    Decimal decimal;
    return !Decimal::Parse(value.text(), &decimal);
  }
  return MayBeRounded(value.text());
}

bool NeedsRow(const Dialect& dialect, const Model& model, const LiveTable& live,
              const RowValues& values) {
  for (size_t i = 0; i < model.table->columns.size(); ++i) {
    const int column = static_cast<int>(i);
    if (IsKept(dialect, model, live, column, values[column])) return true;
  }
  return false;
}

std::vector<Value> SetColumns(const Dialect& dialect, const Model& model,
                              const LiveTable& live,
                              absl::Span<const int> columns,
                              const RowValues& values, const RowValues* before,
                              Update* update) {
  const Table& table = *model.table;
  std::vector<Value> parameters;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Column& column = table.columns[static_cast<size_t>(columns[i])];
    const Value value = values[columns[i]];
    if (before != nullptr && IsKept(dialect, model, live, columns[i], value) &&
        SameValue((*before)[columns[i]], value)) {
      update->set[i].second = Expression::Column(table, columns[i]);
      continue;
    }
    const std::optional<Comparison> shown =
        dialect.keeps_types()
            ? Shown(column, LiveOf(table, columns[i], live), value)
            : std::nullopt;
    if (!shown.has_value()) {
      parameters.push_back(value);
      continue;
    }
    const Expression own = Expression::Column(table, columns[i]);
    const Literal literal(value);
    update->set[i].second = Expression::Case(
        {{Expression::Compare(own, *shown, literal), own}}, literal);
  }
  return parameters;
}

}  // namespace modelservice
