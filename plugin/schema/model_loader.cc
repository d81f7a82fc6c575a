#include "plugin/schema/model_loader.h"

#include <google/protobuf/compiler/cpp/names.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/hidden_rows.h"
#include "modelservice/sql/identifier.h"
#include "plugin/schema/field_loader.h"
#include "plugin/schema/fields.h"
#include "plugin/schema/google_resource.h"
#include "plugin/schema/places.h"
#include "plugin/schema/settings.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;
using compat::Str;

// The rest of a model, once its columns are known.
class ModelLoader {
 public:
  ModelLoader(Model& model, Diagnostics& diagnostics)
      : model_(model), table_(model.table), diagnostics_(diagnostics) {}

  void Load() {
    LoadKey();
    LoadOrdering();
    LoadIndexes();
    NarrowUnique();
    LoadChecks();
    LoadOneofs();
    if (model_.settings.has_default_page_size()) {
      table_.default_page_size = model_.settings.default_page_size();
    }
    if (model_.settings.has_max_page_size()) {
      table_.max_page_size = model_.settings.max_page_size();
    }
  }

 private:
  // The position of the column of `field`, or -1 with a diagnostic at `path`.
  int Column(const std::string& field, const std::vector<int>& path,
             absl::string_view setting) {
    const int column = model_.FindColumn(field);
    if (column >= 0) return column;
    const bool transient =
        std::any_of(model_.transients.begin(), model_.transients.end(),
                    [&](const Field& f) { return f.name == field; });
    if (transient) {
      Report(path, absl::StrCat(setting, ": ", field, " is transient"),
             "name a field that has a column");
    } else if (std::any_of(model_.relations.begin(), model_.relations.end(),
                           [&](const Relation& relation) {
                             return relation.field.name == field;
                           })) {
      Report(path,
             absl::StrCat(setting, ": ", field, " is filled from a relation"),
             "name a field that has a column");
    } else {
      Report(path,
             absl::StrCat(setting, ": ", model_.short_name, " has no field \"",
                          field, "\""),
             MendOfField(field, model_));
    }
    return -1;
  }

  void LoadKey() {
    const ModelSettings& settings = model_.settings;
    for (int i = 0; i < settings.primary_key_size(); ++i) {
      const std::vector<int> path = {ModelSettings::kPrimaryKeyFieldNumber, i};
      const int column = Column(settings.primary_key(i), path, "primary_key");
      if (column < 0) continue;
      if (IsKey(column)) {
        Report(path,
               absl::StrCat("primary_key: ", settings.primary_key(i),
                            " is named twice"),
               "name it once");
        continue;
      }
      AddKey(column);
    }
    for (size_t i = 0; i < model_.columns.size(); ++i) {
      const Field& field = model_.columns[i];
      const int column = static_cast<int>(i);
      if (!field.settings.primary_key() || IsKey(column)) continue;
      if (settings.primary_key_size() > 0) {
        diagnostics_.Report(
            field.places.Of({FieldSettings::kPrimaryKeyFieldNumber}),
            absl::StrCat(model_.name, ".", field.name),
            absl::StrCat("primary_key: the primary_key of ", model_.short_name,
                         " does not name it"),
            "add it there or drop it here");
        continue;
      }
      AddKey(column);
    }
    for (ColumnSpec& column : table_.columns) {
      if (table_.IsKey(column.name)) column.nullable = false;
    }
  }

  void AddKey(int column) { table_.primary_key.push_back(NameOf(column)); }
  bool IsKey(int column) const { return table_.IsKey(NameOf(column)); }

  const std::string& NameOf(int column) const {
    return table_.columns[static_cast<size_t>(column)].name;
  }

  void LoadOrdering() {
    std::vector<ColumnOrder>& ordering = table_.ordering;
    const auto ordered = [&](const std::string& column) {
      return std::any_of(
          ordering.begin(), ordering.end(),
          [&](const ColumnOrder& part) { return part.column == column; });
    };
    for (int i = 0; i < model_.settings.ordering_size(); ++i) {
      const std::vector<int> path = {ModelSettings::kOrderingFieldNumber, i};
      absl::string_view field = model_.settings.ordering(i);
      const bool descending = absl::ConsumePrefix(&field, "-");
      const int column = Column(std::string(field), path, "ordering");
      if (column < 0) continue;
      if (ordered(NameOf(column))) {
        Report(path, absl::StrCat("ordering: ", field, " is named twice"),
               "name it once");
        continue;
      }
      ordering.push_back({NameOf(column), descending});
    }
    for (const std::string& column : table_.primary_key) {
      if (!ordered(column)) ordering.push_back({column, false});
    }
  }

  // Behind the UNIQUE columns, which came with their fields.
  void LoadIndexes() {
    for (const Field& field : model_.columns) {
      if (!field.settings.index()) continue;
      IndexSpec index;
      index.parts.push_back({field.column->name, false});
      index.name = IndexName(index);
      AddIndex(std::move(index),
               field.places.Of({FieldSettings::kIndexFieldNumber}));
    }
    for (int i = 0; i < model_.settings.index_size(); ++i) {
      const auto& settings = model_.settings.index(i);
      const std::vector<int> path = {ModelSettings::kIndexFieldNumber, i};
      IndexSpec index;
      index.unique = settings.unique();
      index.where = settings.where();
      for (absl::string_view field : settings.field()) {
        const bool descending = absl::ConsumePrefix(&field, "-");
        const int column = Column(std::string(field), path, "index");
        if (column >= 0) index.parts.push_back({NameOf(column), descending});
      }
      index.name = settings.has_name() ? settings.name() : IndexName(index);
      AddIndex(std::move(index), model_.places.Of(path));
    }
  }

  // What is unique is so within a tenant, and what is deleted and stays is in
  // nobody's way.
  void NarrowUnique() {
    const Field* const hides = model_.FieldIn(Role::kDeleteTime);
    const Field* const tenant = model_.FieldIn(Role::kTenant);
    if (hides == nullptr && tenant == nullptr) return;
    const size_t own = static_cast<size_t>(model_.settings.index_size());
    for (size_t i = 0; i < table_.indexes.size(); ++i) {
      IndexSpec& index = table_.indexes[i];
      if (!index.unique) continue;
      const size_t first = table_.indexes.size() - own;
      const bool across =
          i >= first &&
          model_.settings.index(static_cast<int>(i - first)).across_tenants();
      if (tenant != nullptr && !across && !Has(index, tenant->column->name)) {
        index.parts.insert(index.parts.begin(), {tenant->column->name, false});
        if (index.of_constraint) index.name = IndexName(index);
        index.of_constraint = false;
      }
      if (hides == nullptr) continue;
      if (index.of_constraint) index.name = IndexName(index);
      index.of_constraint = false;
      const std::string shown = NotHiddenSql(hides->column->name);
      index.where = index.where.empty()
                        ? shown
                        : absl::StrCat("(", index.where, ") AND ", shown);
    }
  }

  static bool Has(const IndexSpec& index, const std::string& column) {
    return std::any_of(
        index.parts.begin(), index.parts.end(),
        [&](const ColumnOrder& part) { return part.column == column; });
  }

  void AddIndex(IndexSpec index, const Place& place) {
    table_.indexes.push_back(std::move(index));
    model_.index_places.push_back(place);
  }

  std::string IndexName(const IndexSpec& index) const {
    std::string name = table_.name;
    for (const ColumnOrder& part : index.parts) {
      absl::StrAppend(&name, "_", part.column);
    }
    return GeneratedName(name, index.unique ? "_key" : "_idx");
  }

  void LoadChecks() {
    for (int i = 0; i < model_.settings.check_size(); ++i) {
      const auto& settings = model_.settings.check(i);
      AddCheck(settings.has_name()
                   ? settings.name()
                   : GeneratedName(table_.name, absl::StrCat("_check", i + 1)),
               settings.sql(),
               model_.places.Of({ModelSettings::kCheckFieldNumber, i}));
    }
  }

  void AddCheck(std::string name, std::string sql, const Place& place) {
    table_.checks.push_back({std::move(name), std::move(sql)});
    model_.check_places.push_back(place);
  }

  // At most one member of a oneof may be set. CASE, because booleans cannot be
  // added up on every database.
  void LoadOneofs() {
    std::vector<std::pair<std::string, std::vector<std::string>>> oneofs;
    for (const Field& field : model_.columns) {
      if (field.oneof.empty()) continue;
      if (oneofs.empty() || oneofs.back().first != field.oneof) {
        oneofs.emplace_back(field.oneof, std::vector<std::string>());
      }
      std::string term = "CASE WHEN ";
      AppendIdentifier(field.column->name, &term);
      absl::StrAppend(&term, " IS NULL THEN 0 ELSE 1 END");
      oneofs.back().second.push_back(std::move(term));
    }
    for (const auto& [oneof, terms] : oneofs) {
      if (terms.size() < 2) continue;
      AddCheck(GeneratedName(absl::StrCat(table_.name, "_", oneof), "_check"),
               absl::StrCat(absl::StrJoin(terms, " + "), " <= 1"),
               model_.places.element);
    }
  }

  void Report(const std::vector<int>& path, absl::string_view fault,
              absl::string_view mend) {
    diagnostics_.Report(model_.places.Of(path), model_.name, fault, mend);
  }

  Model& model_;
  TableSpec& table_;
  Diagnostics& diagnostics_;
};

ClientStyle StyleOf(FileSettings::Style style) {
  switch (style) {
    case FileSettings::STYLE_UNSPECIFIED:
      return ClientStyle::kNone;
    case FileSettings::DJANGO:
      return ClientStyle::kDjango;
    case FileSettings::DJANGO_SOCIO:
      return ClientStyle::kDjangoSocio;
  }
  return ClientStyle::kNone;
}

}  // namespace

std::unique_ptr<Model> LoadModel(const pb::Descriptor& message,
                                 const FileSettings& file,
                                 MessageTraits& traits,
                                 Diagnostics& diagnostics) {
  auto model = std::make_unique<Model>();
  model->full_name = Str(message.full_name());
  model->short_name = Str(message.name());
  model->name = LocalName(*message.file(), model->full_name);
  model->cpp_type = CppTypeOf(message);
  model->class_name = pb::compiler::cpp::ClassName(&message);
  model->proto_file = Str(message.file()->name());
  model->settings = message.options().GetExtension(modelservice::model);
  const std::vector<int> path = PathOf(message);
  model->places = PlacesOf(*message.file(), path,
                           {pb::DescriptorProto::kOptionsFieldNumber,
                            modelservice::kModelFieldNumber},
                           model->settings);
  model->comment = CommentOf(*message.file(), path);
  model->deprecated = message.options().deprecated();
  model->has_extension_ranges = message.extension_range_count() > 0;
  model->resource_plural = GoogleResourcePlural(message);
  RefuseUnsupported(model->settings, model->places, model->name, diagnostics);

  TableSpec& table = model->table;
  table.schema = model->settings.schema();
  table.name = model->settings.has_table() ? model->settings.table()
                                           : TableName(model->short_name, file);
  table.message = model->settings.has_display_name()
                      ? model->settings.display_name()
                      : model->short_name;
  table.verbose_name = model->settings.verbose_name();
  table.style = StyleOf(file.style());
  table.tenant = file.tenant();
  table.columns.reserve(static_cast<size_t>(message.field_count()));
  for (int i = 0; i < message.field_count(); ++i) {
    LoadField(*message.field(i), *model, traits, diagnostics);
  }
  ModelLoader(*model, diagnostics).Load();
  return model;
}

std::string TableName(const std::string& message, const FileSettings& file) {
  std::string name;
  switch (file.table_naming()) {
    case FileSettings::AS_WRITTEN:
      name = message;
      break;
    case FileSettings::SNAKE_CASE_PLURAL:
      name = Plural(SnakeCase(message));
      break;
    case FileSettings::SNAKE_CASE:
    case FileSettings::TABLE_NAMING_UNSPECIFIED:
      name = SnakeCase(message);
      break;
  }
  return absl::StrCat(file.table_prefix(), name);
}

}  // namespace modelservice::plugin
