#include "plugin/schema/database_names.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "modelservice/sql/identifier.h"

namespace modelservice::plugin {
namespace {

// Where tables go unless PostgreSQL's search_path says otherwise.
std::string SchemaOf(const Model& model) {
  return model.table.schema.empty() ? "public" : model.table.schema;
}

}  // namespace

void DatabaseNames::Add(const Model& model, bool imported) {
  names_.push_back({&model, model.table.name,
                    model.places.Of({ModelSettings::kTableFieldNumber}),
                    absl::StrCat("its table \"", model.table.name, "\""),
                    "set another table", imported});
  for (size_t i = 0; i < model.table.indexes.size(); ++i) {
    const IndexSpec& index = model.table.indexes[i];
    if (index.of_constraint) continue;
    names_.push_back({&model, index.name, model.index_places[i],
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
    if (model.table.HasUniqueConstraint(field.column->name) &&
        !(model.IsKey(field) && model.table.primary_key.size() == 1)) {
      AddMade(model, &field, "key", "unique constraint");
    }
  }
}

void DatabaseNames::AddMade(const Model& model, const Field* field,
                            absl::string_view label, absl::string_view what) {
  const std::string column = field == nullptr ? "" : field->column->name;
  made_.emplace(std::make_pair(SchemaOf(model),
                               PostgresName(model.table.name, column, label)),
                absl::StrCat("the ", what, " of ", model.full_name,
                             field == nullptr ? "" : ".",
                             field == nullptr ? "" : field->name));
}

std::string DatabaseNames::KeyOf(const Name& name) const {
  if (target_ == Target::kPostgres) {
    std::string key = SchemaOf(*name.model);
    key.push_back('\0');
    return key + name.name;
  }
  // SQLite has no schemas, and names that differ in case only are the same.
  return absl::AsciiStrToLower(name.name);
}

void DatabaseNames::Report(Diagnostics& diagnostics) const {
  std::map<std::string, const Name*> owners;
  for (const Name& name : names_) {
    const auto [place, is_new] = owners.emplace(KeyOf(name), &name);
    if (name.imported) continue;
    if (!is_new) {
      const Model& owner = *place->second->model;
      const bool other_schema = SchemaOf(owner) != SchemaOf(*name.model);
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
    const auto made = made_.find({SchemaOf(*name.model), name.name});
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
