#include "modelservice/orm/kept_values.h"

#include <optional>
#include <string>

#include "modelservice/base/compat.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/literal.h"

namespace modelservice {
namespace {

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
    if (before != nullptr && ShowsPart(model, columns[i]) &&
        SameValue((*before)[columns[i]], value)) {
      update->set[i].second = Expression::Column(table, columns[i]);
      continue;
    }
    const std::optional<Comparison> shown =
        dialect.keeps_types()
            ? Shown(column, FindColumn(live.columns, column.name), value)
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
