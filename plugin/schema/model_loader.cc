#include "plugin/schema/model_loader.h"

#include <google/protobuf/compiler/cpp/names.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/base/compat.h"
#include "modelservice/sql/dialect.h"
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
      : model_(model), diagnostics_(diagnostics) {}

  void Load() {
    LoadKey();
    LoadOrdering();
    LoadIndexes();
    LoadChecks();
    LoadOneofs();
    if (model_.settings.has_default_page_size()) {
      model_.default_page_size = model_.settings.default_page_size();
    }
    if (model_.settings.has_max_page_size()) {
      model_.max_page_size = model_.settings.max_page_size();
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
      model_.key.push_back(column);
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
      model_.key.push_back(column);
    }
    for (const int column : model_.key) {
      Field& field = model_.columns[static_cast<size_t>(column)];
      field.key = true;
      field.nullable = false;
    }
  }

  bool IsKey(int column) const {
    return std::find(model_.key.begin(), model_.key.end(), column) !=
           model_.key.end();
  }

  void LoadOrdering() {
    std::vector<ColumnUse>& ordering = model_.ordering;
    const auto ordered = [&](int column) {
      return std::any_of(
          ordering.begin(), ordering.end(),
          [&](const ColumnUse& use) { return use.column == column; });
    };
    for (int i = 0; i < model_.settings.ordering_size(); ++i) {
      const std::vector<int> path = {ModelSettings::kOrderingFieldNumber, i};
      absl::string_view field = model_.settings.ordering(i);
      const bool descending = absl::ConsumePrefix(&field, "-");
      const int column = Column(std::string(field), path, "ordering");
      if (column < 0) continue;
      if (ordered(column)) {
        Report(path, absl::StrCat("ordering: ", field, " is named twice"),
               "name it once");
        continue;
      }
      ordering.push_back({column, descending});
    }
    for (const int column : model_.key) {
      if (!ordered(column)) ordering.push_back({column, false});
    }
  }

  void LoadIndexes() {
    for (size_t i = 0; i < model_.columns.size(); ++i) {
      if (!model_.columns[i].settings.index()) continue;
      ModelIndex index;
      index.columns.push_back({static_cast<int>(i), false});
      index.name = IndexName(index);
      index.place =
          model_.columns[i].places.Of({FieldSettings::kIndexFieldNumber});
      model_.indexes.push_back(std::move(index));
    }
    for (int i = 0; i < model_.settings.index_size(); ++i) {
      const auto& settings = model_.settings.index(i);
      const std::vector<int> path = {ModelSettings::kIndexFieldNumber, i};
      ModelIndex index;
      index.place = model_.places.Of(path);
      index.unique = settings.unique();
      index.where = settings.where();
      for (absl::string_view field : settings.field()) {
        const bool descending = absl::ConsumePrefix(&field, "-");
        const int column = Column(std::string(field), path, "index");
        if (column >= 0) index.columns.push_back({column, descending});
      }
      index.name = settings.has_name() ? settings.name() : IndexName(index);
      model_.indexes.push_back(std::move(index));
    }
  }

  std::string IndexName(const ModelIndex& index) const {
    std::string name = model_.table;
    for (const ColumnUse& use : index.columns) {
      absl::StrAppend(&name, "_",
                      model_.columns[static_cast<size_t>(use.column)].column);
    }
    return GeneratedName(name, index.unique ? "_key" : "_idx");
  }

  void LoadChecks() {
    for (int i = 0; i < model_.settings.check_size(); ++i) {
      const auto& settings = model_.settings.check(i);
      model_.checks.push_back(
          {settings.has_name()
               ? settings.name()
               : GeneratedName(model_.table, absl::StrCat("_check", i + 1)),
           settings.sql(),
           model_.places.Of({ModelSettings::kCheckFieldNumber, i})});
    }
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
      AppendIdentifier(field.column, &term);
      absl::StrAppend(&term, " IS NULL THEN 0 ELSE 1 END");
      oneofs.back().second.push_back(std::move(term));
    }
    for (const auto& [oneof, terms] : oneofs) {
      if (terms.size() < 2) continue;
      model_.checks.push_back(
          {GeneratedName(absl::StrCat(model_.table, "_", oneof), "_check"),
           absl::StrCat(absl::StrJoin(terms, " + "), " <= 1"),
           model_.places.element});
    }
  }

  void Report(const std::vector<int>& path, absl::string_view fault,
              absl::string_view mend) {
    diagnostics_.Report(model_.places.Of(path), model_.name, fault, mend);
  }

  Model& model_;
  Diagnostics& diagnostics_;
};

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

  model->table = model->settings.has_table()
                     ? model->settings.table()
                     : TableName(model->short_name, file);
  for (int i = 0; i < message.field_count(); ++i) {
    Field field =
        LoadField(*message.field(i), model->name, traits, diagnostics);
    (field.settings.transient() ? model->transients : model->columns)
        .push_back(std::move(field));
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
