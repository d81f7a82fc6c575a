#include "plugin/schema/sql_rules.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "plugin/schema/sql_text.h"

namespace modelservice::plugin {

void CheckSqlTexts(const Model& model, Diagnostics& diagnostics) {
  for (const Field& field : model.columns) {
    // What is empty has a diagnostic of its own.
    if (field.settings.type().empty()) continue;
    if (const auto fault = FaultOfType(field.settings.type())) {
      diagnostics.Report(field.places.Of({FieldSettings::kTypeFieldNumber}),
                         absl::StrCat(model.name, ".", field.name),
                         absl::StrCat("type: it ", fault->fault), fault->mend);
    }
  }
  for (int i = 0; i < model.settings.check_size(); ++i) {
    const ModelCheck& check = model.checks[static_cast<size_t>(i)];
    if (check.sql.empty()) continue;
    if (const auto fault = FaultOfExpression(check.sql)) {
      diagnostics.Report(
          check.place, model.name,
          absl::StrCat("check \"", check.name, "\": its sql ", fault->fault),
          fault->mend);
    }
  }
  for (const ModelIndex& index : model.indexes) {
    if (index.where.empty()) continue;
    if (const auto fault = FaultOfExpression(index.where)) {
      diagnostics.Report(
          index.place, model.name,
          absl::StrCat("index \"", index.name, "\": its where ", fault->fault),
          fault->mend);
    }
  }
}

}  // namespace modelservice::plugin
