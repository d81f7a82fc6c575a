#include "plugin/schema/sql_rules.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "plugin/schema/postgres_type.h"
#include "plugin/schema/sql_shape.h"
#include "plugin/schema/sql_text.h"

namespace modelservice::plugin {
namespace {

// No database takes a NUL in a name, however it is quoted: it ends the
// statement for who reads it.
void CheckNul(const Model& model, Diagnostics& diagnostics) {
  const auto check = [&](const std::string& text, const Place& place,
                         absl::string_view element, absl::string_view setting) {
    if (text.find('\0') == std::string::npos) return;
    diagnostics.Report(place, element, absl::StrCat(setting, " has a NUL"),
                       "drop it");
  };
  check(model.table.schema,
        model.places.Of({ModelSettings::kSchemaFieldNumber}), model.name,
        "schema");
  check(model.table.name, model.places.Of({ModelSettings::kTableFieldNumber}),
        model.name, "table");
  for (const Field& field : model.columns) {
    const std::string element = absl::StrCat(model.name, ".", field.name);
    check(field.column->name,
          field.places.Of({FieldSettings::kColumnFieldNumber}), element,
          "column");
  }
  for (int i = 0; i < model.settings.index_size(); ++i) {
    check(model.settings.index(i).name(),
          model.places.Of({ModelSettings::kIndexFieldNumber, i}), model.name,
          "index: its name");
  }
  for (int i = 0; i < model.settings.check_size(); ++i) {
    check(model.settings.check(i).name(),
          model.places.Of({ModelSettings::kCheckFieldNumber, i}), model.name,
          "check: its name");
  }
}

// What SQLite is not asked about is looked at more closely.
std::optional<SqlFault> FaultOf(absl::string_view sql, Target target) {
  auto fault = FaultOfExpression(sql);
  if (fault.has_value() || target != Target::kPostgres) return fault;
  return FaultOfShape(sql);
}

}  // namespace

void CheckSqlTexts(const Model& model, Target target,
                   Diagnostics& diagnostics) {
  CheckNul(model, diagnostics);
  for (const Field& field : model.columns) {
    // What is empty has a diagnostic of its own.
    if (field.settings.type().empty()) continue;
    const std::string& type = field.settings.type();
    if (const auto fault = target == Target::kPostgres
                               ? FaultOfPostgresType(type)
                               : FaultOfType(type)) {
      diagnostics.Report(field.places.Of({FieldSettings::kTypeFieldNumber}),
                         absl::StrCat(model.name, ".", field.name),
                         absl::StrCat("type: it ", fault->fault), fault->mend);
    }
  }
  for (int i = 0; i < model.settings.check_size(); ++i) {
    const auto at = static_cast<size_t>(i);
    const CheckSpec& check = model.table.checks[at];
    if (check.sql.empty()) continue;
    if (const auto fault = FaultOf(check.sql, target)) {
      diagnostics.Report(
          model.check_places[at], model.name,
          absl::StrCat("check \"", check.name, "\": its sql ", fault->fault),
          fault->mend);
    }
  }
  for (size_t i = 0; i < model.table.indexes.size(); ++i) {
    const IndexSpec& index = model.table.indexes[i];
    if (index.where.empty()) continue;
    if (const auto fault = FaultOf(index.where, target)) {
      diagnostics.Report(
          model.index_places[i], model.name,
          absl::StrCat("index \"", index.name, "\": its where ", fault->fault),
          fault->mend);
    }
  }
}

}  // namespace modelservice::plugin
