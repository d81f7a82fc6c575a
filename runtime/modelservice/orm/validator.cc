#include "modelservice/orm/validator.h"

#include <google/protobuf/descriptor.h>
#include <re2/re2.h>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "modelservice/orm/choice_faults.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/value_fault.h"
#include "modelservice/schema/decimal_text.h"
#include "modelservice/schema/float_text.h"
#include "modelservice/schema/format.h"
#include "modelservice/schema/utf8.h"
#include "modelservice/schema/white_space.h"
#include "modelservice/sql/table_statements.h"

namespace modelservice {
namespace {

double Number(Value value) {
  return value.kind() == Value::Kind::kInteger
             ? static_cast<double>(value.integer())
             : value.real();
}

// Compares decimals, and whole numbers of 64 bits, exactly.
bool Below(Value value, absl::string_view bound, double real_bound) {
  int64_t whole;
  if (value.kind() == Value::Kind::kInteger &&
      absl::SimpleAtoi(bound, &whole)) {
    return value.integer() < whole;
  }
  if (value.kind() == Value::Kind::kText) {
    return CompareDecimals(value.text(), bound).value_or(0) < 0;
  }
  return Number(value) < real_bound;
}
bool Above(Value value, absl::string_view bound, double real_bound) {
  int64_t whole;
  if (value.kind() == Value::Kind::kInteger &&
      absl::SimpleAtoi(bound, &whole)) {
    return value.integer() > whole;
  }
  if (value.kind() == Value::Kind::kText) {
    return CompareDecimals(value.text(), bound).value_or(1) > 0;
  }
  return !(Number(value) <= real_bound);  // NaN is above every bound
}

// The value as the `in` option writes it.
std::string Written(const Column& column, Value value) {
  switch (value.kind()) {
    case Value::Kind::kInteger:
      if (column.type == FieldType::kBool) {
        return value.integer() != 0 ? "true" : "false";
      }
      return absl::StrCat(value.integer());
    case Value::Kind::kReal:
      return ShortestText(value.real());
    default:
      return std::string(value.text());
  }
}

// A number of an option as the field holds it: a float is the nearest to what
// was written, as it is in what a client sends.
double WrittenNumber(const Column& column, absl::string_view text) {
  double number = 0;
  float small = 0;
  if (column.type == FieldType::kFloat) {
    (void)absl::SimpleAtof(text, &small);
    return Widened(small);
  }
  (void)absl::SimpleAtod(text, &number);
  return number;
}

bool IsAmong(const Column& column, Value value) {
  for (const absl::string_view allowed : column.in) {
    if (value.kind() == Value::Kind::kReal) {
      if (WrittenNumber(column, allowed) == value.real()) return true;
    } else if (column.format == Format::kDecimal) {
      if (CompareDecimals(value.text(), allowed) == 0) return true;
    } else if (Written(column, value) == allowed) {
      return true;
    }
  }
  return false;
}

bool IsMissing(const Column& column, Value value) {
  return value.is_null() && (!column.nullable || column.required);
}

// Whether its names are needed to judge a value of it.
bool IsChoice(const Column& column) { return column.type == FieldType::kEnum; }

// Whether it is nothing but white space. Nearly all texts begin with a letter.
bool IsWhite(absl::string_view text) {
  if (text.empty()) return true;
  const auto first = static_cast<unsigned char>(text.front());
  return (first <= ' ' || first >= 0x80) && Trimmed(text).empty();
}

// White space is no text, as Django REST framework has it. A choice is what it
// is, and a format has words of its own.
bool IsBlank(const Column& column, absl::string_view text) {
  return text.empty() ||
         (column.type == FieldType::kString && column.in.empty() &&
          column.format == Format::kNone && IsWhite(text));
}

// Neither JSON, nor an array, nor wire format.
bool IsPlain(const Column& column) {
  return column.storage == Storage::kNative || column.storage == Storage::kName;
}

bool IsFree(const Column& column) {
  if (IsChoice(column)) return false;
  return column.min_length < 0 && column.max_length < 0 &&
         column.format == Format::kNone && column.pattern.empty() &&
         column.min.empty() && column.max.empty() && column.in.empty();
}

std::string LengthFault(const Column& column, absl::string_view text) {
  if (column.min_length < 0 && column.max_length < 0) return "";
  const size_t length =
      column.type == FieldType::kBytes ? text.size() : Utf8Length(text);
  if (column.max_length >= 0 &&
      length > static_cast<size_t>(column.max_length)) {
    return absl::StrCat("Ensure this field has no more than ",
                        column.max_length, " characters.");
  }
  if (column.min_length >= 0 &&
      length < static_cast<size_t>(column.min_length)) {
    return absl::StrCat("Ensure this field has at least ", column.min_length,
                        " characters.");
  }
  return "";
}

}  // namespace

Validator::Validator(const Model& model, absl::Span<const ColumnForm> forms)
    : model_(model), forms_(forms) {
  for (const Column& column : model.table->columns) {
    Rule rule;
    rule.free =
        IsFree(column) && (forms.empty() || forms[rules_.size()].takes_all());
    rule.is_text = IsPlain(column) && column.type == FieldType::kString;
    rule.may_be_null = column.nullable && !column.required;
    rule.may_be_empty = !column.required;
    if (!column.pattern.empty()) {
      rule.pattern = std::make_unique<RE2>(
          re2::StringPiece(column.pattern.data(), column.pattern.size()));
    }
    // The plugin has checked that both are numbers.
    rule.min = WrittenNumber(column, column.min);
    rule.max = WrittenNumber(column, column.max);
    rules_.push_back(std::move(rule));
  }
}

Validator::~Validator() = default;

std::vector<Violation> Validator::Check(Row row,
                                        absl::Span<const int> columns) const {
  std::vector<Violation> violations;
  for (const int position : columns) {
    const size_t i = static_cast<size_t>(position);
    if (Passes(rules_[i], row[i])) continue;
    const Column& column = model_.table->columns[i];
    if (row[i].kind() == Value::Kind::kInvalid) {
      const ValueFault fault = FaultOf(row[i]);
      violations.push_back(
          {absl::StrCat(column.field, fault.path), std::string(fault.reason)});
      continue;
    }
    const size_t found = violations.size();
    if (IsChoice(column) && !row[i].is_null()) {
      AddChoiceFaults(model_, column, row[i], &violations);
    }
    if (violations.size() > found) continue;
    for (const std::string& fault :
         Faults(column, rules_[i], row[i],
                forms_.empty() ? nullptr : &forms_[i])) {
      const ValueFault at = FaultOf(Value::Invalid(fault));
      violations.push_back(
          {absl::StrCat(column.field, at.path), std::string(at.reason)});
    }
  }
  return violations;
}

absl::Status Validator::CheckNew(
    const google::protobuf::Message& message) const {
  RowValues values(model_);
  values.ReadForCreate(message, absl::Now(), /*from_client=*/false);
  return CheckWritten(values.row(), InsertColumns(*model_.table));
}

absl::Status Validator::CheckWritten(Row row, absl::Span<const int> columns,
                                     absl::string_view path) const {
  std::vector<Violation> violations = Check(row, columns);
  if (violations.empty()) return absl::OkStatus();
  for (Violation& violation : violations) {
    violation.field = absl::StrCat(path, violation.field);
  }
  return InvalidArgument(violations);
}

bool Validator::Passes(const Rule& rule, Value value) {
  if (!rule.free) return false;
  if (value.is_null()) return rule.may_be_null;
  if (value.kind() == Value::Kind::kInvalid) return false;
  if (!rule.is_text) return true;
  const absl::string_view text = value.text();
  if (!rule.may_be_empty && IsWhite(text)) return false;
  return IsUtf8(text) && !HasNul(text);
}

std::vector<std::string> Validator::Faults(const Column& column,
                                           const Rule& rule, Value value,
                                           const ColumnForm* form) const {
  std::vector<std::string> faults = RuleFaults(column, rule, value);
  if (!faults.empty() || form == nullptr) return faults;
  TextArena arena;
  const Value stored = form->Written(value, arena);
  if (stored.kind() == Value::Kind::kInvalid) {
    return {std::string(stored.text())};
  }
  // "" where its column has nothing like it.
  if (stored.is_null() && !value.is_null() && IsMissing(column, stored)) {
    return {std::string(kRequired)};
  }
  return {};
}

std::vector<std::string> Validator::RuleFaults(const Column& column,
                                               const Rule& rule,
                                               Value value) const {
  if (IsMissing(column, value)) return {std::string(kRequired)};
  if (value.is_null() || !IsPlain(column)) return {};
  if (column.type == FieldType::kString || column.type == FieldType::kBytes) {
    const absl::string_view text = value.text();
    if (column.type == FieldType::kString && !IsUtf8(text)) {
      return {"Not a valid string."};
    }
    if (column.required && IsBlank(column, text)) return {std::string(kBlank)};
    // An implicit field that was never set is empty.
    if (text.empty() && !column.presence && !column.primary_key) return {};
    // No other rule is asked of what is none of the choices.
    if (!column.in.empty() && !IsAmong(column, value)) {
      return {FaultOfChoice(column, Written(column, value))};
    }
    return TextFaults(column, rule, text);
  }
  if (std::string fault = BoundsFault(column, rule, value); !fault.empty()) {
    return {std::move(fault)};
  }
  if (!column.in.empty() && !IsAmong(column, value)) {
    return {FaultOfChoice(column, Written(column, value))};
  }
  return {};
}

// All at once, in Django REST framework's order.
std::vector<std::string> Validator::TextFaults(const Column& column,
                                               const Rule& rule,
                                               absl::string_view text) const {
  std::vector<std::string> faults;
  const auto add = [&faults](std::string fault) {
    if (!fault.empty()) faults.push_back(std::move(fault));
  };
  const bool has_format =
      HasFormat(column.format, text) &&
      (column.format != Format::kUri ||
       model_.table->style == ClientStyle::kNone || HasFullHost(text));
  if (!has_format && IsReadFromText(column.format)) {
    return {std::string(FormatFault(column.format, text))};
  }
  if (column.format == Format::kDecimal) {
    Decimal decimal;
    Decimal::Parse(text, &decimal);
    add(DigitsFault(decimal, column.max_digits, column.decimal_places));
    if (!faults.empty()) return faults;
  }
  if (rule.pattern != nullptr &&
      !RE2::FullMatch(re2::StringPiece(text.data(), text.size()),
                      *rule.pattern)) {
    add(std::string(kNoMatch));
  }
  add(LengthFault(column, text));
  if (!has_format) add(std::string(FormatFault(column.format, text)));
  if (column.type == FieldType::kString && HasNul(text)) {
    add(std::string(kNoNul));
  }
  // Of a text that is a number.
  if (faults.empty()) add(BoundsFault(column, rule, Value::Text(text)));
  return faults;
}

std::string Validator::BoundsFault(const Column& column, const Rule& rule,
                                   Value value) {
  if (!column.max.empty() && Above(value, column.max, rule.max)) {
    return absl::StrCat("Ensure this value is less than or equal to ",
                        column.max, ".");
  }
  if (!column.min.empty() && Below(value, column.min, rule.min)) {
    return absl::StrCat("Ensure this value is greater than or equal to ",
                        column.min, ".");
  }
  return "";
}

}  // namespace modelservice
