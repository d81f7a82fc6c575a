#include "plugin/schema/database_names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "modelservice/sql/identifier.h"

namespace modelservice::plugin {

void DatabaseNames::Add(const Model& model, bool imported) {
  names_.push_back({&model, model.table,
                    model.places.Of({ModelSettings::kTableFieldNumber}),
                    absl::StrCat("its table \"", model.table, "\""),
                    "set another table", imported});
  for (const ModelIndex& index : model.indexes) {
    names_.push_back({&model, index.name, index.place,
                      absl::StrCat("its index \"", index.name, "\""),
                      "name the index differently", imported,
                      /*may_be_made=*/model.IsUniqueTwice(index)});
  }
  if (target_ == Target::kSqlite) return;
  AddMade(model, nullptr, "pkey", "primary key");
  for (const Field& field : model.columns) {
    if (field.settings.auto_increment()) {
      AddMade(model, &field, "seq", "sequence");
    }
    // The key's own is that of both.
    if (field.settings.unique() && !(field.key && model.key.size() == 1)) {
      AddMade(model, &field, "key", "unique constraint");
    }
  }
}

void DatabaseNames::AddMade(const Model& model, const Field* field,
                            absl::string_view label, absl::string_view what) {
  const std::string column = field == nullptr ? "" : field->column;
  made_.emplace(std::make_pair(model.settings.schema(),
                               PostgresName(model.table, column, label)),
                absl::StrCat("the ", what, " of ", model.full_name,
                             field == nullptr ? "" : ".",
                             field == nullptr ? "" : field->name));
}

std::string DatabaseNames::KeyOf(const Name& name) const {
  if (target_ == Target::kPostgres) {
    return absl::StrCat(name.model->settings.schema(), ".", name.name);
  }
  // SQLite has no schemas, and names that differ in case only are the same.
  return absl::AsciiStrToLower(name.name);
}

void DatabaseNames::Report(Diagnostics& diagnostics) const {
  std::map<std::string, const Name*> owners;
  for (const Name& name : names_) {
    const auto [place, is_new] = owners.emplace(KeyOf(name), &name);
    if (name.imported) continue;
    const std::string& schema = name.model->settings.schema();
    if (!is_new) {
      const Model& owner = *place->second->model;
      const bool other_schema = owner.settings.schema() != schema;
      diagnostics.Report(
          name.place, name.model->name,
          absl::StrCat(name.what,
                       " has the name of another table or index, of ",
                       owner.full_name,
                       other_schema ? ", on SQLite, which has no schemas" : ""),
          other_schema && target_ == Target::kBoth
              ? absl::StrCat(name.mend,
                             ", or generate for PostgreSQL alone, with "
                             "dialect=postgres")
              : name.mend);
      continue;
    }
    const auto made = made_.find({schema, name.name});
    if (made == made_.end() || name.may_be_made) continue;
    diagnostics.Report(name.place, name.model->name,
                       absl::StrCat(name.what,
                                    " has the name that PostgreSQL "
                                    "gives to ",
                                    made->second),
                       name.mend);
  }
}

}  // namespace modelservice::plugin
