#include "modelservice/orm/row_values.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace modelservice {

Value DefaultValue(const Column& column) {
  if (!column.has_default) return Value::Null();
  const absl::string_view text = column.default_value;
  if (column.storage == Storage::kName) return Value::Text(text);
  switch (column.type) {
    case FieldType::kBool:
      return Value::Integer(absl::EqualsIgnoreCase(text, "true") ? 1 : 0);
    case FieldType::kFloat:
    case FieldType::kDouble: {
      double real = 0;
      return absl::SimpleAtod(text, &real) ? Value::Real(real) : Value::Null();
    }
    case FieldType::kString:
      return Value::Text(text);
    case FieldType::kBytes:
      return Value::Blob(text);
    default: {
      int64_t integer = 0;
      return absl::SimpleAtoi(text, &integer) ? Value::Integer(integer)
                                              : Value::Null();
    }
  }
}

void RowValues::Read(const google::protobuf::Message& message) {
  for (size_t i = 0; i < values_.size(); ++i) {
    values_[i] = model_.get(message, static_cast<int>(i), arena_);
  }
}

void RowValues::ReadForCreate(const google::protobuf::Message& message,
                              absl::Time now, bool from_client) {
  const auto& columns = model_.table->columns;
  for (size_t i = 0; i < values_.size(); ++i) {
    const int column = static_cast<int>(i);
    const bool ignored =
        (from_client && columns[i].output_only) || columns[i].auto_increment;
    values_[i] =
        model_.get(ignored ? model_.prototype() : message, column, arena_);
    if (values_[i].is_null() && columns[i].has_default) {
      values_[i] = DefaultValue(columns[i]);
    }
  }
  Stamp(Role::kCreateTime, now);
  Stamp(Role::kUpdateTime, now);
}

void RowValues::ReadForUpdate(const google::protobuf::Message& message,
                              absl::Time now) {
  Read(message);
  Stamp(Role::kUpdateTime, now);
}

void RowValues::Stamp(Role role, absl::Time now) {
  const auto& columns = model_.table->columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].role != role) continue;
    // In microseconds, the precision that every database keeps.
    const int64_t micros = absl::ToUnixMicros(now);
    values_[i] = Value::Timestamp(
        micros / 1000000, static_cast<int32_t>(micros % 1000000) * 1000);
  }
}

}  // namespace modelservice
