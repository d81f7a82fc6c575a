#include "plugin/generator.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/sql/dialect.h"
#include "plugin/diagnostics.h"
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
#include "plugin/parameters.h"
#include "plugin/schema/index_rules.h"
#include "plugin/schema/loader.h"
#include "plugin/schema/validator.h"

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;

struct Output {
  std::string path;
  std::string text;
};

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

void Write(const Output& output, pb::compiler::GeneratorContext* context) {
  const std::unique_ptr<pb::io::ZeroCopyOutputStream> file(
      context->Open(output.path));
  pb::io::CodedOutputStream stream(file.get());
  stream.WriteRaw(output.text.data(), static_cast<int>(output.text.size()));
}

}  // namespace

bool Generator::GenerateAll(const std::vector<const pb::FileDescriptor*>& files,
                            const std::string& parameter,
                            pb::compiler::GeneratorContext* context,
                            std::string* error) const {
  const absl::StatusOr<Parameters> parameters = ParseParameters(parameter);
  if (!parameters.ok()) {
    *error = std::string(parameters.status().message());
    return false;
  }
  if (!diagnostics_.empty()) {
    *error = diagnostics_.Text();
    return false;
  }
  const Schema schema = Load(files, diagnostics_);
  Validate(schema, TargetOf(*parameters), diagnostics_);
  if (parameters->strict_index != Parameters::StrictIndex::kNothing) {
    CheckIndexed(schema,
                 parameters->strict_index == Parameters::StrictIndex::kError,
                 diagnostics_);
  }
  CheckNames(schema, parameters->client, diagnostics_);
  CheckScaffolds(schema,
                 parameters->service_proto ? ScaffoldStyle(*parameters)
                                           : ServiceScaffold::STYLE_UNSPECIFIED,
                 diagnostics_);
  // Only what is right otherwise makes sense to a database, and only SQLite is
  // at hand to ask.
  if (diagnostics_.empty()) {
    CheckSql(schema, TargetOf(*parameters), diagnostics_);
  }
  if (!diagnostics_.empty()) {
    *error = diagnostics_.Text();
    return false;
  }
  if (visit_) {
    visit_(schema);
    return true;
  }
  // Who writes files has heard them.
  if (parameters->none) diagnostics_.DropNotes();
  for (const Output& output : Emit(schema, *parameters)) Write(output, context);
  return true;
}

bool Generator::Generate(const pb::FileDescriptor* file,
                         const std::string& parameter,
                         pb::compiler::GeneratorContext* context,
                         std::string* error) const {
  return GenerateAll({file}, parameter, context, error);
}

uint64_t Generator::GetSupportedFeatures() const {
#if MODELSERVICE_HAS_EDITIONS
  return FEATURE_PROTO3_OPTIONAL | FEATURE_SUPPORTS_EDITIONS;
#else
  return FEATURE_PROTO3_OPTIONAL;
#endif
}

}  // namespace modelservice::plugin
