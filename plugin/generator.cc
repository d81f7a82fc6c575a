#include "plugin/generator.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "modelservice/sql/dialect.h"
#include "plugin/diagnostics.h"
#include "plugin/emit/file.h"
#include "plugin/emit/name_check.h"
#include "plugin/emit/sql.h"
#include "plugin/emit/sql_check.h"
#include "plugin/parameters.h"
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

std::vector<Output> Emit(const Schema& schema, const Parameters& parameters) {
  std::vector<Output> outputs;
  for (const std::unique_ptr<File>& file : schema.files) {
    if (parameters.cpp) {
      outputs.push_back(
          {absl::StrCat(file->stem, ".modelservice.pb.h"), EmitHeader(*file)});
      outputs.push_back(
          {absl::StrCat(file->stem, ".modelservice.pb.cc"), EmitSource(*file)});
    }
    if (parameters.sql) {
      outputs.push_back({absl::StrCat(file->stem, ".sql"),
                         EmitSql(*file, DialectOf(*file, parameters))});
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
  CheckNames(schema, diagnostics_);
  // Only what is right otherwise makes sense to a database, and only SQLite is
  // at hand to ask.
  if (diagnostics_.empty()) {
    CheckSql(schema, TargetOf(*parameters), diagnostics_);
  }
  if (!diagnostics_.empty()) {
    *error = diagnostics_.Text();
    return false;
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
