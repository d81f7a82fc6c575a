#include "modelservice/orm/row_values.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "modelservice/orm/made_values.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/format.h"
#include "modelservice/schema/white_space.h"

namespace modelservice {

Value TimeStamp(absl::Time now) {
  const int64_t micros = absl::ToUnixMicros(now);
  return Value::Timestamp(micros / 1000000,
                          static_cast<int32_t>(micros % 1000000) * 1000);
}

Value DefaultValue(const Column& column) {
  if (!column.has_default) return Value::Null();
  const absl::string_view text = column.default_value;
  if (column.storage == Storage::kName) return Value::Text(text);
  switch (column.type) {
    case FieldType::kBool:
      return Value::Integer(absl::EqualsIgnoreCase(text, "true") ? 1 : 0);
    case FieldType::kFloat: {
      float real = 0;
      return absl::SimpleAtof(text, &real) ? Value::Real(Widened(real))
                                           : Value::Null();
    }
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
    const Column& column = columns[i];
    if (column.role == Role::kCreateTime || IsStamped(column.role)) {
      values_[i] = StampOf(column.role, now);
      continue;
    }
    if (column.role == Role::kDeleteTime) {
      values_[i] = Value::Null();
      continue;
    }
    const bool ignored =
        (from_client && column.output_only) || column.auto_increment;
    values_[i] = model_.get(ignored ? model_.prototype() : message,
                            static_cast<int>(i), arena_);
    if (values_[i].is_null() && column.has_default) {
      values_[i] = DefaultValue(column);
    }
    // A string without presence is absent when it is empty.
    const bool absent =
        values_[i].is_null() ||
        (values_[i].kind() == Value::Kind::kText && values_[i].text().empty());
    if (column.made != MadeKey::kNone && absent) {
      values_[i] = Value::Text(arena_.Own(NewUuid(column.made, now)));
    }
    // Of a key that the database gives zero is none, as of a number that it
    // counts.
    const bool is_zero =
        values_[i].kind() == Value::Kind::kInteger && values_[i].integer() == 0;
    if (column.database_default && column.primary_key && (absent || is_zero)) {
      values_[i] = Value::Null();
    }
  }
}

void RowValues::ReadForUpdate(const google::protobuf::Message& message,
                              absl::Time now) {
  Read(message);
  StampForUpdate(now);
}

void RowValues::StampForUpdate(absl::Time now) {
  const auto& columns = model_.table->columns;
  for (size_t i = 0; i < values_.size(); ++i) {
    if (IsStamped(columns[i].role)) {
      values_[i] = StampOf(columns[i].role, now);
    }
  }
}

Value RowValues::StampOf(Role role, absl::Time now) {
  if (role == Role::kVersion) return Value::Integer(1);
  if (role == Role::kEtag) return Value::Text(arena_.Own(NewEtag()));
  return TimeStamp(now);
}

std::string Cleaned(const Table& table, const Column& column,
                    absl::string_view text) {
  if (column.trim) text = Trimmed(text);
  return table.style == ClientStyle::kNone
             ? std::string(text)
             : CanonicalAddress(column.format, text);
}

void RowValues::Clean(bool with_key) {
  const Table& table = *model_.table;
  for (size_t i = 0; i < values_.size(); ++i) {
    const Column& column = table.columns[i];
    if (values_[i].kind() != Value::Kind::kText ||
        (column.primary_key && !with_key)) {
      continue;
    }
    if (column.format != Format::kNone && table.style != ClientStyle::kNone) {
      values_[i] =
          Value::Text(arena_.Own(Cleaned(table, column, values_[i].text())));
    } else if (column.trim) {
      values_[i] = Value::Text(Trimmed(values_[i].text()));
    }
  }
}

std::vector<Value> RowValues::Key() const {
  std::vector<Value> key;
  for (const int column : model_.table->key) key.push_back((*this)[column]);
  return key;
}

void RowValues::Store(absl::Span<const ColumnForm> forms) {
  for (size_t i = 0; i < forms.size(); ++i) {
    if (!forms[i].takes_all()) {
      values_[i] = forms[i].Written(values_[i], arena_);
    }
  }
}

}  // namespace modelservice
