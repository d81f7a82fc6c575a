#include "plugin/schema/validator.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "plugin/schema/database_names.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/guard_rules.h"
#include "plugin/schema/identifier_rules.h"
#include "plugin/schema/model_rules.h"
#include "plugin/schema/reference_circles.h"
#include "plugin/schema/sql_rules.h"

namespace modelservice::plugin {
namespace {

// The one that all files to generate have, or any of them.
Target TargetOfAll(const Schema& schema, Target otherwise) {
  if (schema.files.empty()) return otherwise;
  const Target first = schema.files.front()->TargetOr(otherwise);
  const bool agree = std::all_of(schema.files.begin(), schema.files.end(),
                                 [&](const std::unique_ptr<File>& file) {
                                   return file->TargetOr(otherwise) == first;
                                 });
  return agree ? first : Target::kBoth;
}

void CheckDialect(const File& file, Target asked, Diagnostics& diagnostics) {
  if (asked == Target::kBoth || file.TargetOr(asked) == asked) return;
  diagnostics.Report(
      file.places.Of({FileSettings::kDialectFieldNumber}), "file",
      absl::StrCat(
          "dialect: ", FileSettings::Dialect_Name(file.settings.dialect()),
          ", but the plugin's parameter names another one"),
      "drop one of the two");
}

// Whether it is what a List asks by.
bool IsListed(const Model& model, const Schema& schema) {
  for (const std::unique_ptr<File>& file : schema.files) {
    for (const Service& service : file->services) {
      for (const Method& method : service.methods) {
        if ((method.kind == MethodKind::kList ||
             method.kind == MethodKind::kAggregate) &&
            method.request.full_name == model.full_name) {
          return true;
        }
      }
    }
  }
  return false;
}

void CheckFilters(const Model& model, Diagnostics& diagnostics) {
  for (const Field& field : model.columns) {
    CheckFiltersNothing({model, field, diagnostics});
  }
  for (const Field& field : model.transients) {
    CheckFiltersNothing({model, field, diagnostics});
  }
  for (const Relation& relation : model.relations) {
    CheckFiltersNothing({model, relation.field, diagnostics});
  }
}

}  // namespace

void Validate(const Schema& schema, Target target, Diagnostics& diagnostics) {
  DatabaseNames names(TargetOfAll(schema, target));
  for (const std::unique_ptr<File>& file : schema.imports) {
    for (const std::unique_ptr<Model>& model : file->models) {
      names.Add(*model, /*imported=*/true);
    }
  }
  for (const std::unique_ptr<File>& file : schema.files) {
    const Target of_file = file->TargetOr(target);
    CheckDialect(*file, target, diagnostics);
    CheckFileGuards(*file, diagnostics);
    CheckCircles(*file, diagnostics);
    CheckModelsRenamed(*file, diagnostics);
    for (const std::unique_ptr<Model>& model : file->models) {
      names.Add(*model, /*imported=*/false);
      CheckModel(*model, diagnostics);
      CheckFieldsRenamed(*model, diagnostics);
      CheckIdentifiers(*model, of_file, diagnostics);
      CheckSqlTexts(*model, of_file, diagnostics);
      CheckModelGuards(*model, diagnostics);
      for (const Field& field : model->columns) {
        CheckColumn({*model, field, diagnostics});
        CheckValues({*model, field, diagnostics});
        CheckWrittenType({*model, field, diagnostics}, of_file);
        CheckFieldAccess({*model, field, diagnostics});
        CheckListing({*model, field, diagnostics});
      }
      for (const Field& field : model->transients) {
        CheckTransient({*model, field, diagnostics});
      }
      if (!IsListed(*model, schema)) CheckFilters(*model, diagnostics);
    }
    for (const Service& service : file->services) {
      CheckServiceGuards(service, diagnostics);
    }
  }
  names.Report(diagnostics);
}

}  // namespace modelservice::plugin
