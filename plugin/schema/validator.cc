#include "plugin/schema/validator.h"

#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "plugin/schema/field_rules.h"
#include "plugin/schema/guard_rules.h"
#include "plugin/schema/model_rules.h"
#include "plugin/schema/sql_rules.h"

namespace modelservice::plugin {
namespace {

// Tables and indexes share one set of names in a database, and names that
// differ in case only are the same.
class DatabaseNames {
 public:
  void Add(const Model& model, Diagnostics& diagnostics) {
    AddName(model, model.table,
            model.places.Of({ModelSettings::kTableFieldNumber}),
            absl::StrCat("its table \"", model.table, "\""),
            "set another table", diagnostics);
    for (const ModelIndex& index : model.indexes) {
      AddName(model, index.name, index.place,
              absl::StrCat("its index \"", index.name, "\""),
              "name the index differently", diagnostics);
    }
  }

 private:
  void AddName(const Model& model, const std::string& name, const Place& place,
               absl::string_view what, absl::string_view mend,
               Diagnostics& diagnostics) {
    const auto [owner, is_new] = owners_.emplace(
        absl::AsciiStrToLower(absl::StrCat(model.settings.schema(), ".", name)),
        &model);
    if (is_new) return;
    diagnostics.Report(
        place, model.name,
        absl::StrCat(what, " has the name of another table or index, of ",
                     owner->second->full_name),
        mend);
  }

  std::map<std::string, const Model*> owners_;
};

}  // namespace

void Validate(const Schema& schema, Diagnostics& diagnostics) {
  // What is imported was there first, and its own faults are not ours.
  Diagnostics of_imports;
  DatabaseNames names;
  for (const std::unique_ptr<File>& file : schema.imports) {
    for (const std::unique_ptr<Model>& model : file->models) {
      names.Add(*model, of_imports);
    }
  }
  for (const std::unique_ptr<File>& file : schema.files) {
    CheckFileGuards(*file, diagnostics);
    for (const std::unique_ptr<Model>& model : file->models) {
      names.Add(*model, diagnostics);
      CheckModel(*model, diagnostics);
      CheckSqlTexts(*model, diagnostics);
      CheckModelGuards(*model, diagnostics);
      for (const Field& field : model->columns) {
        CheckColumn({*model, field, diagnostics});
        CheckValues({*model, field, diagnostics});
        CheckFieldAccess({*model, field, diagnostics});
      }
      for (const Field& field : model->transients) {
        CheckTransient({*model, field, diagnostics});
      }
    }
    for (const Service& service : file->services) {
      CheckServiceGuards(service, diagnostics);
    }
  }
}

}  // namespace modelservice::plugin
