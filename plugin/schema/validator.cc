#include "plugin/schema/validator.h"

#include <memory>

#include "plugin/schema/database_names.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/guard_rules.h"
#include "plugin/schema/identifier_rules.h"
#include "plugin/schema/model_rules.h"
#include "plugin/schema/reference_circles.h"
#include "plugin/schema/sql_rules.h"

namespace modelservice::plugin {
void Validate(const Schema& schema, Target target, Diagnostics& diagnostics) {
  DatabaseNames names(target);
  for (const std::unique_ptr<File>& file : schema.imports) {
    for (const std::unique_ptr<Model>& model : file->models) {
      names.Add(*model, /*imported=*/true);
    }
  }
  for (const std::unique_ptr<File>& file : schema.files) {
    CheckFileGuards(*file, diagnostics);
    CheckCircles(*file, diagnostics);
    for (const std::unique_ptr<Model>& model : file->models) {
      names.Add(*model, /*imported=*/false);
      CheckModel(*model, diagnostics);
      CheckIdentifiers(*model, target, diagnostics);
      CheckSqlTexts(*model, target, diagnostics);
      CheckModelGuards(*model, diagnostics);
      for (const Field& field : model->columns) {
        CheckColumn({*model, field, diagnostics});
        CheckValues({*model, field, diagnostics});
        CheckFieldAccess({*model, field, diagnostics});
        CheckListing({*model, field, diagnostics});
      }
      for (const Field& field : model->transients) {
        CheckTransient({*model, field, diagnostics});
      }
    }
    for (const Service& service : file->services) {
      CheckServiceGuards(service, diagnostics);
    }
  }
  names.Report(diagnostics);
}

}  // namespace modelservice::plugin
