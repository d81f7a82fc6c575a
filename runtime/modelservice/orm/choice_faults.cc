#include "modelservice/orm/choice_faults.h"

#include <google/protobuf/descriptor.h>

#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "modelservice/orm/choice.h"
#include "modelservice/orm/codec.h"
#include "modelservice/orm/validator.h"

namespace modelservice {
namespace {

std::string ChoiceFault(const Model& model, const Column& column, Value value) {
  const auto& choices = *model.prototype()
                             .GetDescriptor()
                             ->FindFieldByNumber(column.number)
                             ->enum_type();
  const auto* const choice = FindChoice(choices, value);
  if (choice == nullptr) return FaultOfChoice(column, KeyText(value));
  return column.required && !column.presence && choice->number() == 0
             ? std::string(kRequired)
             : "";
}

// Of a list's JSON, whose elements are names where they have any.
void AddJsonFaults(const Column& column, absl::string_view json,
                   std::vector<Violation>* violations) {
  int i = 0;
  for (const absl::string_view element :
       absl::StrSplit(json, absl::ByAnyChar("[],"), absl::SkipWhitespace())) {
    const absl::string_view value = absl::StripAsciiWhitespace(element);
    if (value.front() == '-' ||
        absl::ascii_isdigit(static_cast<unsigned char>(value.front()))) {
      violations->push_back({absl::StrCat(column.field, "[", i, "]"),
                             FaultOfChoice(column, value)});
    }
    ++i;
  }
}

// Of a list that is stored as wire format.
void AddWireFaults(const Model& model, const Column& column,
                   absl::string_view wire, std::vector<Violation>* violations) {
  const std::unique_ptr<google::protobuf::Message> list(
      model.prototype().New());
  (void)list->ParsePartialFromArray(wire.data(), static_cast<int>(wire.size()));
  const auto* const field =
      list->GetDescriptor()->FindFieldByNumber(column.number);
  for (int i = 0; i < list->GetReflection()->FieldSize(*list, field); ++i) {
    const int number =
        list->GetReflection()->GetRepeatedEnumValue(*list, field, i);
    if (field->enum_type()->FindValueByNumber(number) == nullptr) {
      violations->push_back({absl::StrCat(column.field, "[", i, "]"),
                             FaultOfChoice(column, absl::StrCat(number))});
    }
  }
}

}  // namespace

std::string FaultOfChoice(const Column& column, absl::string_view value) {
  return column.sensitive ? "This is not a valid choice." : NoChoice(value);
}

void AddChoiceFaults(const Model& model, const Column& column, Value value,
                     std::vector<Violation>* violations) {
  if (column.storage == Storage::kBytes) {
    AddWireFaults(model, column, value.text(), violations);
  } else if (column.repeated) {
    AddJsonFaults(column, value.text(), violations);
  } else if (std::string fault = ChoiceFault(model, column, value);
             !fault.empty()) {
    violations->push_back({std::string(column.field), std::move(fault)});
  }
}

}  // namespace modelservice
