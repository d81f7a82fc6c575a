#include "modelservice/service/filter_json_value.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/base/compat.h"
#include "modelservice/service/filter_text.h"
#include "modelservice/service/filter_value.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using Rows = std::optional<Expression>;

bool IsType(const FieldDescriptor& field, absl::string_view name) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         compat::Str(field.message_type()->full_name()) == name;
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

Expression JsonIn(const JsonPlace& place, JsonKind kind) {
  return Expression::Json(place.operand, place.path, kind);
}

// What values of a field are in JSON.
struct JsonType {
  Column column{"", 0, FieldType::kInt64};
  JsonKind kind = JsonKind::kNumber;
  Value zero = Value::Integer(0);
};

std::string ZeroName(const FieldDescriptor& field) {
  const auto* const zero = field.enum_type()->FindValueByNumber(0);
  return zero == nullptr ? "" : compat::Str(zero->name());
}

// False for what cannot be compared. `zero_name` outlives `type`.
bool GetType(const FieldDescriptor& scalar, std::string* zero_name,
             JsonType* type) {
  Column& column = type->column;
  switch (scalar.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      column.type = FieldType::kString;
      type->kind = JsonKind::kText;
      type->zero = Value::Text("");
      return scalar.type() != FieldDescriptor::TYPE_BYTES;
    case FieldDescriptor::CPPTYPE_BOOL:
      column.type = FieldType::kBool;
      type->kind = JsonKind::kBool;
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
      column.type = FieldType::kEnum;
      column.storage = Storage::kName;
      type->kind = JsonKind::kText;
      *zero_name = ZeroName(scalar);
      type->zero = Value::Text(*zero_name);
      return true;
    case FieldDescriptor::CPPTYPE_INT32:
      column.type = FieldType::kInt32;
      return true;
    case FieldDescriptor::CPPTYPE_UINT32:
      column.type = FieldType::kUint32;
      return true;
    case FieldDescriptor::CPPTYPE_INT64:
      type->kind = JsonKind::kNumberInText;
      return true;
    case FieldDescriptor::CPPTYPE_UINT64:
      column.type = FieldType::kUint64;
      type->kind = JsonKind::kNumberInText;
      return true;
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      column.type = FieldType::kDouble;
      type->zero = Value::Real(0);
      return true;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      break;
  }
  // Messages that are texts there.
  if (IsType(scalar, "google.protobuf.Timestamp")) {
    column.type = FieldType::kTimestamp;
    type->kind = JsonKind::kTimestamp;
    return true;
  }
  column.type = FieldType::kDuration;
  type->kind = JsonKind::kDuration;
  return IsType(scalar, "google.protobuf.Duration");
}

class JsonComparison {
 public:
  JsonComparison(const JsonPlace& place, const FilterComparison& asked,
                 TextFault* fault)
      : place_(place), asked_(asked), fault_(fault) {}

  Rows Of() {
    if (asked_.op == FilterOperator::kHas && IsStar(asked_.value)) {
      return IsThere(place_);
    }
    if (IsEquality() && IsNullWord(asked_.value) && MayBeAbsent()) {
      return Negated(IsNull());
    }
    return place_.is_any() ? CompareAny() : CompareKnown();
  }

 private:
  Expression IsNull() const {
    return Expression::IsNull(JsonIn(place_, JsonKind::kType)) ||
           Expression::Compare(JsonIn(place_, JsonKind::kType),
                               Comparison::kEqual,
                               Literal(Value::Text("null")));
  }
  bool MayBeAbsent() const {
    return place_.is_any() || place_.in_map || place_.in_list ||
           place_.field->has_presence();
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

  // The type is that of the value.
  Rows CompareAny() {
    const FilterText& value = asked_.value;
    if (!value.quoted && (value.text == "true" || value.text == "false")) {
      if (!CheckOrder()) return std::nullopt;
      return Compare(JsonIn(place_, JsonKind::kBool),
                     Literal(Value::Integer(value.text == "true" ? 1 : 0)));
    }
    if (!value.quoted) {
      const auto number = ReadFilterNumber(value.text);
      if (number.has_value()) {
        return Compare(JsonIn(place_, JsonKind::kNumber), *number);
      }
    }
    return CompareText(JsonIn(place_, JsonKind::kText));
  }

  // A field of a message, a map's value or a list's element.
  Rows CompareKnown() {
    const FieldDescriptor& scalar = Unwrapped(*place_.field);
    std::string zero_name;
    JsonType type;
    const bool is_single = !place_.field->is_repeated() || place_.in_list;
    if (!is_single || !GetType(scalar, &zero_name, &type)) return Unfit();
    if ((type.column.type == FieldType::kBool ||
         type.column.type == FieldType::kEnum) &&
        !CheckOrder()) {
      return std::nullopt;
    }
    const Expression operand = OrZero(type.kind, Literal(type.zero));
    if (type.column.type == FieldType::kString) return CompareText(operand);
    std::string expected;
    const auto literal =
        ReadFilterValue(type.column, scalar, asked_.value.text, &expected);
    if (!literal.has_value()) {
      *fault_ = {asked_.value.at, NotExpected(expected, asked_.value)};
      return std::nullopt;
    }
    return Compare(operand, *literal);
  }

  // JSON leaves fields without presence out where they are zero.
  Expression OrZero(JsonKind kind, const Literal& zero) const {
    const Expression there = JsonIn(place_, kind);
    if (MayBeAbsent()) return there;
    std::vector<JsonStep> around = place_.path;
    around.pop_back();
    const Expression has_message = !Expression::IsNull(
        Expression::Json(place_.operand, around, JsonKind::kType));
    return Expression::Case(
        {{Expression::IsNull(JsonIn(place_, JsonKind::kType)) && has_message,
          zero}},
        there);
  }

  bool CheckOrder() {
    if (IsEquality() || asked_.op == FilterOperator::kHas) return true;
    *fault_ = {asked_.at,
               absl::StrCat(Quoted(place_.shown),
                            " has no order; compare it with = or !=.")};
    return false;
  }
  Rows Unfit() {
    *fault_ = {asked_.at, absl::StrCat(Quoted(place_.shown),
                                       " holds no single value to compare; ",
                                       Quoted(absl::StrCat(place_.shown, ":*")),
                                       " asks whether it is there.")};
    return std::nullopt;
  }

  const JsonPlace& place_;
  const FilterComparison& asked_;
  TextFault* const fault_;
};

}  // namespace

bool JsonPlace::is_any() const {
  return field == nullptr || (!(field->is_repeated() && !in_list) &&
                              IsType(*field, "google.protobuf.Value"));
}

bool JsonPlace::is_list() const {
  if (field == nullptr) return false;
  if (field->is_repeated() && !in_list) return !field->is_map();
  return IsType(*field, "google.protobuf.ListValue");
}

bool JsonPlace::has_keys() const {
  if (field == nullptr) return false;
  if (field->is_repeated() && !in_list) return field->is_map();
  return IsType(*field, "google.protobuf.Struct");
}

bool JsonPlace::is_message() const {
  return field != nullptr && (!field->is_repeated() || in_list) &&
         field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         !absl::StartsWith(compat::Str(field->message_type()->full_name()),
                           "google.protobuf.");
}

Expression IsThere(const JsonPlace& place) {
  return !Expression::IsNull(JsonIn(place, JsonKind::kType));
}

std::optional<Expression> CompareJsonValue(const JsonPlace& place,
                                           const FilterComparison& asked,
                                           TextFault* fault) {
  return JsonComparison(place, asked, fault).Of();
}

}  // namespace modelservice
