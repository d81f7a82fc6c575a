#include "modelservice/manage/diff_models.h"

#include <google/protobuf/compiler/plugin.pb.h>
#include <google/protobuf/descriptor.h>

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "modelservice/migrate/schema.h"
#include "modelservice/schema/owned_table.h"
#include "modelservice/sql/dialect.h"
#include "modelservice/sql/made_table.h"
#include "plugin/program.h"

namespace modelservice {
namespace {

std::string Text(const plugin::Place& place) {
  return place.line == 0
             ? place.file
             : absl::StrCat(place.file, ":", place.line, ":", place.column);
}

ModelVersion VersionOf(const plugin::Model& model, bool postgres,
                       const google::protobuf::DescriptorPool& pool) {
  ModelVersion version;
  version.message = model.full_name;
  version.place = Text(model.places.element);
  version.table = model.table;
  version.postgres = postgres;
  version.made = MadeTable(OwnedTable(model.table).table(),
                           postgres ? PostgresDialect() : SqliteDialect());
  if (const auto* message = pool.FindMessageTypeByName(model.full_name)) {
    SchemaTable table;
    table.spec = model.table;
    ReadRenames(*message, &table);
    version.renamed_from = std::move(table.renamed_from);
    version.columns_renamed_from = std::move(table.columns_renamed_from);
  }
  for (const plugin::Field& field : model.columns) {
    version.places[field.column->name] = Text(field.place);
    for (const auto& [name, number] : field.enum_values) {
      version.enums[field.column->name].emplace(number, name);
    }
  }
  return version;
}

}  // namespace

absl::StatusOr<std::vector<ModelVersion>> ModelsOf(
    const ProtoSource& source, const google::protobuf::DescriptorPool& pool) {
  google::protobuf::compiler::CodeGeneratorRequest request;
  for (const std::string& name : source.names) {
    request.add_file_to_generate(name);
  }
  *request.mutable_proto_file() = source.set.file();
  std::vector<ModelVersion> models;
  std::string error;
  const auto visit = [&](const plugin::Schema& schema) {
    for (const auto& file : schema.files) {
      const bool postgres =
          file->TargetOr(plugin::Target::kPostgres) != plugin::Target::kSqlite;
      for (const auto& model : file->models) {
        models.push_back(VersionOf(*model, postgres, pool));
      }
    }
  };
  if (plugin::VisitSchema(request.SerializeAsString(), visit, &error)) {
    return models;
  }
  return absl::InvalidArgumentError(
      absl::StrReplaceAll(absl::StripAsciiWhitespace(error), {{"\n", "; "}}));
}

}  // namespace modelservice
