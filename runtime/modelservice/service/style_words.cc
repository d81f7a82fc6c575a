#include "modelservice/service/style_words.h"

#include <algorithm>
#include <string>

#include "modelservice/orm/choice.h"
#include "modelservice/orm/validator.h"
#include "modelservice/schema/format.h"

namespace modelservice {
namespace {

// Of "" in a column that has to have a value.
std::string BlankFault(const ServicePlan& service, size_t position) {
  const Column& column = service.model->table->columns[position];
  if (!column.in.empty()) return NoChoice("");
  switch (column.format) {
    case Format::kUuid:
    case Format::kDecimal:
    case Format::kDate:
    case Format::kTime:
      return std::string(FormatFault(column.format, ""));
    default:
      break;
  }
  if (!service.forms.empty()) {
    TextArena arena;
    const Value stored = service.forms[position].Stored(Value::Text(""), arena);
    if (stored.kind() == Value::Kind::kInvalid) {
      return std::string(stored.text());
    }
  }
  return std::string(kBlank);
}

}  // namespace

void SayInStyle(const ServicePlan& service, std::vector<Violation>* faults) {
  const Table& table = *service.model->table;
  if (table.style == ClientStyle::kNone) return;
  for (Violation& fault : *faults) {
    if (fault.description == kNoMatch) {
      fault.description = "Enter a valid value.";
    } else if (fault.description == kBlank) {
      const auto column =
          std::find_if(table.columns.begin(), table.columns.end(),
                       [&](const Column& c) { return c.field == fault.field; });
      if (column == table.columns.end()) continue;
      fault.description = BlankFault(
          service, static_cast<size_t>(column - table.columns.begin()));
    }
  }
}

}  // namespace modelservice
