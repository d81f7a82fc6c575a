#include "modelservice/orm/kept_values.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "modelservice/base/compat.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/format.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"

namespace modelservice {
namespace {

// Of a number that is no decimal to its database.
constexpr size_t kShownDigits = 15;

// PostgreSQL's: how what the row has compares to `value` where it is shown as
// that.
std::optional<Comparison> ShownOnTyped(const Column& column,
                                       const LiveColumn* live, Value value) {
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

bool IsIn(absl::Span<const int> columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

// What is compared with OtherFormOf: to SQLite bytes may be a text or a number.
Expression Shown(const Table& table, int column) {
  const Expression own = Expression::Column(table, column);
  return table.columns[static_cast<size_t>(column)].type == FieldType::kBytes
             ? Expression::Cast(own, CastType::kText)
             : own;
}

// Whether what the row has is kept where it shows the same as before.
bool IsKept(const Dialect& dialect, const Model& model, const LiveTable& live,
            int column, Value value) {
  if (ShowsPart(model, column)) return true;
  if (dialect.keeps_types()) {
    // The end of all days is no day of its own.
    if (value.kind() != Value::Kind::kTimestamp || !IsEndOfTime(value)) {
      return false;
    }
    const LiveColumn* const lies_in = LiveOf(*model.table, column, live);
    return lies_in != nullptr && lies_in->kind == ColumnKind::kDate;
  }
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
  if (!dialect.keeps_types() && live.kind == ColumnKind::kBytes &&
      field.type == FieldType::kString) {
    // The digits of a number may be base64, too.
    Decimal decimal;
    return Decimal::Parse(value.text(), &decimal);
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

std::vector<int> KeptColumns(const Dialect& dialect, const Model& model,
                             const LiveTable& live,
                             absl::Span<const int> columns,
                             const RowValues& values) {
  std::vector<int> kept;
  for (const int column : columns) {
    if (IsKept(dialect, model, live, column, values[column])) {
      kept.push_back(column);
    }
  }
  return kept;
}

bool MayHaveOtherForm(const Model& model, int column, const LiveTable* table,
                      const Dialect& dialect) {
  const Column& field = model.table->columns[static_cast<size_t>(column)];
  if (dialect.keeps_types() || table == nullptr ||
      field.storage != Storage::kNative || field.output_only ||
      IsStamped(field.role) ||
      (field.type != FieldType::kTimestamp &&
       field.type != FieldType::kString && field.type != FieldType::kBytes)) {
    return false;
  }
  const LiveColumn* const live = LiveOf(*model.table, column, *table);
  if (field.type == FieldType::kBytes) {
    return live != nullptr && !live->loosely_equal;
  }
  return live != nullptr && (live->kind == ColumnKind::kTimestamp ||
                             (live->kind == ColumnKind::kDate &&
                              field.type == FieldType::kTimestamp));
}

Value OtherFormOf(const Column& column, Value value) {
  // A time that is nothing may be ''.
  if (value.is_null() && column.type != FieldType::kBytes) {
    return Value::Text("");
  }
  if (value.kind() == Value::Kind::kBlob) {
    return IsUtf8(value.text()) ? Value::Text(value.text()) : Value::Null();
  }
  int64_t seconds = 0;
  int32_t nanos = 0;
  if (value.kind() == Value::Kind::kTimestamp) {
    seconds = value.seconds();
    nanos = value.nanos();
  } else if (value.kind() != Value::Kind::kText ||
             !ParseTimestamp(value.text(), &seconds, &nanos)) {
    return Value::Null();
  }
  return nanos == 0 ? Value::Integer(seconds) : Value::Null();
}

Update UpdateKeeping(const Table& table, absl::Span<const int> other_forms,
                     absl::Span<const int> columns, Expression where,
                     Returning returning) {
  Update update = UpdateOf(table, columns, std::move(where), returning);
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!IsIn(other_forms, columns[i])) continue;
    const Expression own = Expression::Column(table, columns[i]);
    update.set[i].second = Expression::Case(
        {{Expression::Compare(Shown(table, columns[i]), Comparison::kEqual,
                              Expression::Parameter()),
          own}},
        Expression::Parameter());
  }
  return update;
}

std::optional<Expression> ShowsAs(const Dialect& dialect, const Model& model,
                                  const LiveTable& live, int column,
                                  Value value) {
  const Table& table = *model.table;
  const Expression own = Expression::Column(table, column);
  if (MayHaveOtherForm(model, column, &live, dialect)) {
    const Value other =
        OtherFormOf(table.columns[static_cast<size_t>(column)], value);
    if (other.is_null()) return std::nullopt;
    return Expression::Compare(Shown(table, column), Comparison::kEqual,
                               Literal(other));
  }
  if (!dialect.keeps_types()) return std::nullopt;
  const auto comparison =
      ShownOnTyped(table.columns[static_cast<size_t>(column)],
                   LiveOf(table, column, live), value);
  if (!comparison.has_value()) return std::nullopt;
  return Expression::Compare(own, *comparison, Literal(value));
}

std::vector<Value> SetColumns(const Dialect& dialect, const Model& model,
                              const LiveTable& live,
                              absl::Span<const int> columns,
                              const RowValues& values,
                              absl::Span<const int> spared, Update* update) {
  const Table& table = *model.table;
  std::vector<Value> parameters;
  for (size_t i = 0; i < columns.size(); ++i) {
    const Value value = values[columns[i]];
    const Expression own = Expression::Column(table, columns[i]);
    if (IsIn(spared, columns[i])) {
      update->set[i].second = own;
      continue;
    }
    const auto shown = ShowsAs(dialect, model, live, columns[i], value);
    if (!shown.has_value()) {
      parameters.push_back(value);
      continue;
    }
    update->set[i].second = Expression::Case({{*shown, own}}, Literal(value));
  }
  return parameters;
}

}  // namespace modelservice
