#include "plugin/generator.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "modelservice/sql/dialect.h"
#include "plugin/emit/client.h"
#include "plugin/emit/client_names.h"
#include "plugin/emit/diagram.h"
#include "plugin/emit/docs.h"
#include "plugin/emit/file.h"
#include "plugin/emit/name_check.h"
#include "plugin/emit/scaffold.h"
#include "plugin/emit/service_proto.h"
#include "plugin/emit/sql.h"
#include "plugin/emit/sql_check.h"
#include "plugin/schema/index_rules.h"
#include "plugin/schema/loader.h"
#include "plugin/schema/validator.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;

Target TargetOf(const Parameters& parameters) {
  if (!parameters.one_dialect) return Target::kBoth;
  return parameters.dialect == Parameters::Dialect::kPostgres
             ? Target::kPostgres
             : Target::kSqlite;
}

const Dialect& DialectOf(const File& file, const Parameters& parameters) {
  return file.TargetOr(TargetOf(parameters)) == Target::kPostgres
             ? PostgresDialect()
             : SqliteDialect();
}

ServiceScaffold::Style ScaffoldStyle(const Parameters& parameters) {
  return parameters.style == Parameters::Style::kAip ? ServiceScaffold::AIP
                                                     : ServiceScaffold::DJANGO;
}

}  // namespace

Schema ReadSchema(const std::vector<const pb::FileDescriptor*>& files,
                  const Parameters& parameters, Diagnostics& diagnostics) {
  const Target target = TargetOf(parameters);
  Schema schema = Load(files, diagnostics);
  Validate(schema, target, diagnostics);
  if (parameters.strict_index != Parameters::StrictIndex::kNothing) {
    CheckIndexed(schema,
                 parameters.strict_index == Parameters::StrictIndex::kError,
                 diagnostics);
  }
  CheckNames(schema, parameters.client, diagnostics);
  CheckScaffolds(schema,
                 parameters.service_proto ? ScaffoldStyle(parameters)
                                          : ServiceScaffold::STYLE_UNSPECIFIED,
                 diagnostics);
  // Only what is right otherwise makes sense to a database, and only SQLite is
  // at hand to ask.
  if (diagnostics.empty()) CheckSql(schema, target, diagnostics);
  return schema;
}

std::vector<Output> Emit(const Schema& schema, const Parameters& parameters) {
  std::vector<Output> outputs;
  for (const std::unique_ptr<File>& file : schema.files) {
    if (parameters.cpp) {
      outputs.push_back(
          {absl::StrCat(file->stem, ".modelservice.pb.h"), EmitHeader(*file)});
      outputs.push_back(
          {absl::StrCat(file->stem, ".modelservice.pb.cc"), EmitSource(*file)});
    }
    if (parameters.client) {
      outputs.push_back({ClientHeaderPath(*file), EmitClientHeader(*file)});
      outputs.push_back({absl::StrCat(file->stem, ".modelservice.client.pb.cc"),
                         EmitClientSource(*file)});
    }
    if (parameters.sql) {
      outputs.push_back({absl::StrCat(file->stem, ".sql"),
                         EmitSql(*file, DialectOf(*file, parameters))});
    }
    if (parameters.diagram && !file->models.empty()) {
      const Dialect& dialect = DialectOf(*file, parameters);
      outputs.push_back(
          {absl::StrCat(file->stem, ".mmd"), EmitMermaid(*file, dialect)});
      outputs.push_back(
          {absl::StrCat(file->stem, ".dot"), EmitDot(*file, dialect)});
    }
    if (parameters.docs && !file->empty()) {
      outputs.push_back({absl::StrCat(file->stem, ".md"), EmitDocs(*file)});
    }
  }
  if (parameters.service_proto) {
    for (const ScaffoldFile& file :
         ScaffoldsOf(schema, ScaffoldStyle(parameters))) {
      outputs.push_back({file.path, EmitServiceProto(file)});
    }
  }
  return outputs;
}

}  // namespace modelservice::plugin
