#include "modelservice/service/filter_json.h"

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/service/filter_text.h"
#include "modelservice/service/filter_value.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using Rows = std::optional<Expression>;

constexpr int kMostFields = 30;

bool IsType(const FieldDescriptor& field, absl::string_view name) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         compat::Str(field.message_type()->full_name()) == name;
}
bool IsStruct(const FieldDescriptor& field) {
  return !field.is_repeated() && IsType(field, "google.protobuf.Struct");
}
bool IsValue(const FieldDescriptor& field) {
  return !field.is_repeated() && IsType(field, "google.protobuf.Value");
}

// A message whose JSON is an object with its fields.
bool IsPlainMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         !field.is_repeated() &&
         !absl::StartsWith(compat::Str(field.message_type()->full_name()),
                           "google.protobuf.");
}

// The scalar of a wrapper; else the field itself.
const FieldDescriptor& Unwrapped(const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return field;
  const Descriptor& type = *field.message_type();
  const bool wraps =
      absl::StartsWith(compat::Str(type.full_name()), "google.protobuf.") &&
      type.field_count() == 1 &&
      compat::Str(type.field(0)->name()) == "value" &&
      !type.field(0)->is_repeated();
  return wraps ? *type.field(0) : field;
}

// What SQLite does not find: JSON has it in another form.
bool IsEscaped(absl::string_view key) {
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '"' || c == '\\' || c == '<' ||
        c == '>') {
      return true;
    }
  }
  return false;
}

std::string NoSuchFieldOf(const Descriptor& message, absl::string_view name) {
  std::string fault = absl::StrCat(compat::Str(message.name()),
                                   " has no field ", Quoted(name), ". It has ");
  for (int i = 0; i < message.field_count(); ++i) {
    if (i == kMostFields) {
      absl::StrAppend(&fault, ", ...");
      break;
    }
    absl::StrAppend(&fault, i == 0 ? "" : ", ",
                    compat::Str(message.field(i)->name()));
  }
  return absl::StrCat(fault, ".");
}

class Inside {
 public:
  Inside(const FilterTarget& target, int column, const FilterComparison& asked,
         TextFault* fault)
      : operand_(Expression::Column(target.table, column)),
        column_name_(target.table.columns[static_cast<size_t>(column)].field),
        asked_(asked),
        fault_(fault),
        field_(target.fields[static_cast<size_t>(column)]) {}

  Rows Of(absl::Span<const FilterText> names) {
    if (names.empty()) return HasKey();
    for (const FilterText& name : names) {
      if (!Enter(name)) return std::nullopt;
    }
    std::string shown = std::string(column_name_);
    for (const FilterText& name : names) {
      absl::StrAppend(&shown, ".", name.text);
    }
    if (asked_.op == FilterOperator::kHas && IsStar(asked_.value)) {
      return IsThere();
    }
    if (IsEquality() && IsNullWord(asked_.value) && MayBeAbsent()) {
      return Negated(IsNull());
    }
    if (field_ == nullptr || IsValue(*field_)) return CompareAny();
    return CompareKnown(shown);
  }

 private:
  // Goes on to what `name` names.
  bool Enter(const FilterText& name) {
    if (field_ == nullptr || IsStruct(*field_) || IsValue(*field_)) {
      field_ = nullptr;
      return AddKey(name);
    }
    if (field_->is_map()) {
      const FieldDescriptor& key = *field_->message_type()->map_key();
      field_ = field_->message_type()->map_value();
      in_map_ = true;
      return CheckKey(name, key) && AddKey(name);
    }
    if (!IsPlainMessage(*field_)) {
      return Fail(name.at,
                  absl::StrCat("There is nothing to filter by inside "
                               "of ",
                               Quoted(compat::Str(field_->name())), "."));
    }
    const Descriptor& message = *field_->message_type();
    field_ = message.FindFieldByName(name.text);
    in_map_ = false;
    if (field_ == nullptr) {
      return Fail(name.at, NoSuchFieldOf(message, name.text));
    }
    path_.push_back({compat::Str(field_->json_name()), -1});
    return true;
  }

  bool AddKey(const FilterText& name) {
    if (IsEscaped(name.text)) {
      return Fail(name.at,
                  "Keys with quotes, backslashes, < or > cannot be filtered "
                  "by.");
    }
    path_.push_back({name.text, -1});
    return true;
  }

  // As ProtoJSON writes keys that are no texts.
  bool CheckKey(const FilterText& name, const FieldDescriptor& key) {
    switch (key.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return true;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (name.text == "true" || name.text == "false") return true;
        return FailExpected(name, "true or false");
      default: {
        int64_t number = 0;
        if (absl::SimpleAtoi(name.text, &number) &&
            absl::StrCat(number) == name.text) {
          return true;
        }
        return FailExpected(name, "an integer as the key");
      }
    }
  }

  Rows HasKey() {
    FilterText key = asked_.value;
    key.stars.clear();
    if (!Enter(key)) return std::nullopt;
    return IsThere();
  }

  Expression At(JsonKind kind) const {
    return Expression::Json(operand_, path_, kind);
  }
  Expression IsThere() const {
    return !Expression::IsNull(At(JsonKind::kType));
  }
  Expression IsNull() const {
    return Expression::IsNull(At(JsonKind::kType)) ||
           Expression::Compare(At(JsonKind::kType), Comparison::kEqual,
                               Literal(Value::Text("null")));
  }

  bool MayBeAbsent() const {
    return field_ == nullptr || in_map_ || field_->has_presence();
  }
  bool IsEquality() const {
    return asked_.op == FilterOperator::kEqual ||
           asked_.op == FilterOperator::kNotEqual;
  }
  // Nothing is equal to what is not there.
  Expression Negated(Expression equal) const {
    return asked_.op == FilterOperator::kNotEqual
               ? Expression::IsNotTrue(std::move(equal))
               : equal;
  }
  Rows Compare(const Expression& operand, const Literal& value) const {
    if (IsEquality()) {
      return Negated(Expression::Compare(operand, Comparison::kEqual, value));
    }
    return Expression::Compare(operand, ComparisonOf(asked_.op), value);
  }
  Rows CompareText(const Expression& operand) const {
    const FilterText& value = asked_.value;
    if (asked_.op == FilterOperator::kHas) return HasWord(operand, value);
    if (IsEquality() && !value.stars.empty()) {
      return Negated(IsLike(operand, value, /*ignore_case=*/false));
    }
    return Compare(operand, Literal(Value::Text(value.text)));
  }

  // Of no known type: that of the value.
  Rows CompareAny() {
    const FilterText& value = asked_.value;
    if (!value.quoted && (value.text == "true" || value.text == "false")) {
      if (!CheckOrder(path_.back().key)) return std::nullopt;
      return Compare(At(JsonKind::kBool),
                     Literal(Value::Integer(value.text == "true" ? 1 : 0)));
    }
    if (!value.quoted) {
      std::string expected;
      const auto number =
          ReadFilterValue(Column("", 0, FieldType::kDouble), *field_of_type_,
                          value.text, &expected);
      if (number.has_value()) return Compare(At(JsonKind::kNumber), *number);
    }
    return CompareText(At(JsonKind::kText));
  }

  // A field of a message, or a map's value.
  Rows CompareKnown(const std::string& shown) {
    const FieldDescriptor& scalar = Unwrapped(*field_);
    Column column("", 0, FieldType::kInt64);
    JsonKind kind = JsonKind::kNumber;
    Value zero = Value::Integer(0);
    switch (scalar.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        if (scalar.type() == FieldDescriptor::TYPE_BYTES) return Unfit(shown);
        column.type = FieldType::kString;
        kind = JsonKind::kText;
        zero = Value::Text("");
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        column.type = FieldType::kBool;
        kind = JsonKind::kBool;
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        column.type = FieldType::kEnum;
        column.storage = Storage::kName;
        kind = JsonKind::kText;
        zero = Value::Text(ZeroName(scalar));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        column.type = FieldType::kInt32;
        break;
      case FieldDescriptor::CPPTYPE_UINT32:
        column.type = FieldType::kUint32;
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        kind = JsonKind::kNumberInText;
        break;
      case FieldDescriptor::CPPTYPE_UINT64:
        column.type = FieldType::kUint64;
        kind = JsonKind::kNumberInText;
        break;
      case FieldDescriptor::CPPTYPE_FLOAT:
      case FieldDescriptor::CPPTYPE_DOUBLE:
        column.type = FieldType::kDouble;
        zero = Value::Real(0);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return Unfit(shown);
    }
    if (field_->is_repeated()) return Unfit(shown);
    if ((kind == JsonKind::kBool || column.type == FieldType::kEnum) &&
        !CheckOrder(shown)) {
      return std::nullopt;
    }
    const Expression operand = OrZero(kind, Literal(zero));
    if (column.type == FieldType::kString) return CompareText(operand);
    std::string expected;
    const auto literal =
        ReadFilterValue(column, scalar, asked_.value.text, &expected);
    if (!literal.has_value()) {
      FailExpected(asked_.value, expected);
      return std::nullopt;
    }
    return Compare(operand, *literal);
  }

  static std::string ZeroName(const FieldDescriptor& field) {
    const auto* const zero = field.enum_type()->FindValueByNumber(0);
    return zero == nullptr ? "" : compat::Str(zero->name());
  }

  // JSON leaves fields without presence out where they are zero.
  Expression OrZero(JsonKind kind, const Literal& zero) const {
    const Expression there = At(kind);
    if (MayBeAbsent()) return there;
    std::vector<JsonStep> around = path_;
    around.pop_back();
    const Expression has_message = !Expression::IsNull(
        around.empty() ? operand_
                       : Expression::Json(operand_, around, JsonKind::kType));
    return Expression::Case(
        {{Expression::IsNull(At(JsonKind::kType)) && has_message, zero}},
        there);
  }

  bool CheckOrder(const std::string& name) {
    if (IsEquality() || asked_.op == FilterOperator::kHas) return true;
    return Fail(asked_.at, absl::StrCat(Quoted(name),
                                        " has no order; compare it with = or "
                                        "!=."));
  }
  Rows Unfit(const std::string& shown) {
    Fail(asked_.at,
         absl::StrCat(Quoted(shown), " holds no single value to compare; ",
                      Quoted(absl::StrCat(shown, ":*")),
                      " asks whether it is there."));
    return std::nullopt;
  }
  bool FailExpected(const FilterText& text, absl::string_view expected) {
    return Fail(text.at, absl::StrCat("Expected ", expected, ", not ",
                                      Quoted(text.text), "."));
  }
  bool Fail(size_t at, std::string fault) {
    *fault_ = {at, std::move(fault)};
    return false;
  }

  const Expression operand_;
  const absl::string_view column_name_;
  const FilterComparison& asked_;
  TextFault* const fault_;
  const FieldDescriptor* field_;  // null: of no known type
  const FieldDescriptor* const field_of_type_ = field_;
  bool in_map_ = false;
  std::vector<JsonStep> path_;
};

}  // namespace

bool HasInside(const FilterTarget& target, int column) {
  if (target.table.columns[static_cast<size_t>(column)].storage !=
      Storage::kJson) {
    return false;
  }
  const FieldDescriptor& field = *target.fields[static_cast<size_t>(column)];
  return HasKeys(target, column) || IsValue(field) || IsPlainMessage(field);
}

bool HasKeys(const FilterTarget& target, int column) {
  if (target.table.columns[static_cast<size_t>(column)].storage !=
      Storage::kJson) {
    return false;
  }
  const FieldDescriptor& field = *target.fields[static_cast<size_t>(column)];
  return field.is_map() || IsStruct(field);
}

std::optional<Expression> CompareInside(const FilterTarget& target, int column,
                                        absl::Span<const FilterText> names,
                                        const FilterComparison& asked,
                                        TextFault* fault) {
  return Inside(target, column, asked, fault).Of(names);
}

}  // namespace modelservice
