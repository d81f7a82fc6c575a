#include "plugin/parameters.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace modelservice::plugin {
namespace {

absl::Status SaidTwice(absl::string_view parameter) {
  return absl::InvalidArgumentError(
      absl::StrCat("parameter ", parameter, " is given twice; give it once"));
}

// Sets one of the kinds of output.
absl::Status Choose(absl::string_view value, bool* kind) {
  if (*kind) return SaidTwice(absl::StrCat("emit=", value));
  *kind = true;
  return absl::OkStatus();
}

// The kinds of output, by what emit says.
constexpr struct {
  absl::string_view name;
  bool Parameters::*kind;
} kKinds[] = {
    {"cpp", &Parameters::cpp},
    {"client", &Parameters::client},
    {"sql", &Parameters::sql},
    {"diagram", &Parameters::diagram},
    {"docs", &Parameters::docs},
    {"none", &Parameters::none},
    {"service_proto", &Parameters::service_proto},
};

absl::Status ParseEmit(absl::string_view value, Parameters* parameters) {
  for (const auto& one : kKinds) {
    if (value == one.name) return Choose(value, &(parameters->*one.kind));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("parameter emit: unknown value \"", value,
                   "\"; allowed are cpp, client, sql, service_proto, diagram, "
                   "docs and none"));
}

absl::Status ParseDialect(absl::string_view value, Parameters* parameters) {
  if (value == "sqlite") {
    parameters->dialect = Parameters::Dialect::kSqlite;
  } else if (value == "postgres") {
    parameters->dialect = Parameters::Dialect::kPostgres;
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("parameter dialect: unknown value \"", value,
                     "\"; allowed are sqlite and postgres"));
  }
  return absl::OkStatus();
}

absl::Status ParseStyle(absl::string_view value, Parameters* parameters) {
  if (value == "django") {
    parameters->style = Parameters::Style::kDjango;
  } else if (value == "aip") {
    parameters->style = Parameters::Style::kAip;
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("parameter style: unknown value \"", value,
                     "\"; allowed are django and aip"));
  }
  return absl::OkStatus();
}

absl::Status ParseStrictIndex(absl::string_view value, Parameters* parameters) {
  if (value == "warning") {
    parameters->strict_index = Parameters::StrictIndex::kWarning;
  } else if (value == "error") {
    parameters->strict_index = Parameters::StrictIndex::kError;
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("parameter strict_index: unknown value \"", value,
                     "\"; allowed are warning and error"));
  }
  return absl::OkStatus();
}

absl::Status ParseOne(absl::string_view name, absl::string_view value,
                      Parameters* parameters) {
  if (name == "emit") return ParseEmit(value, parameters);
  if (name == "dialect") return ParseDialect(value, parameters);
  if (name == "style") return ParseStyle(value, parameters);
  if (name == "strict_index") return ParseStrictIndex(value, parameters);
  return absl::InvalidArgumentError(
      absl::StrCat("unknown parameter \"", name,
                   "\"; allowed are emit, dialect, style and strict_index"));
}

// Whether something besides the C++ is chosen, so that it alone is written.
bool ChoosesOther(const Parameters& parameters) {
  return parameters.client || parameters.sql || parameters.service_proto ||
         parameters.diagram || parameters.docs;
}

}  // namespace

const char kHelp[] =
    "protoc runs this; it reads a request on standard input.\n"
    "\n"
    "  protoc --modelservice_out=DIR [--modelservice_opt=OPTION[,OPTION...]]\n"
    "         --proto_path=DIR ... FILE.proto\n"
    "\n"
    "protoc finds it in PATH, or where you say:\n"
    "--plugin=protoc-gen-modelservice=PATH. Options:\n"
    "\n"
    "  emit=cpp            FILE.modelservice.pb.{h,cc}, the default\n"
    "  emit=client         FILE.modelservice.client.pb.{h,cc}: a class that\n"
    "                      calls each service; emit=cpp,client: both\n"
    "  emit=sql            FILE.sql, the tables\n"
    "  emit=service_proto  FILE_service.proto, services for the models that\n"
    "                      have none\n"
    "  emit=diagram        FILE.mmd and FILE.dot, pictures of the models\n"
    "  emit=docs           FILE.md, a reference of models and methods\n"
    "  emit=none           nothing: the files are checked, with each other\n"
    "\n"
    "  dialect=sqlite      the models are for this database alone, or\n"
    "  dialect=postgres    for this one; without, every database takes them\n"
    "  style=django        how service_proto names things, the default, or\n"
    "  style=aip           as Google does\n"
    "  strict_index=warning  says which fields Lists filter and sort by\n"
    "                      without an index, or\n"
    "  strict_index=error  refuses them\n";

absl::StatusOr<Parameters> ParseParameters(absl::string_view text) {
  Parameters parameters;
  // protoc joins everything with commas, so "emit=cpp,sql" and
  // "emit=cpp,emit=sql" look alike: a word without "=" belongs to the name
  // before it.
  std::string name;
  bool has_style = false;
  bool has_strict_index = false;
  for (absl::string_view part :
       absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    part = absl::StripAsciiWhitespace(part);
    const size_t equals = part.find('=');
    absl::string_view value = part;
    if (equals != absl::string_view::npos) {
      name = std::string(part.substr(0, equals));
      value = part.substr(equals + 1);
    } else if (name.empty()) {
      name = std::string(part);
      value = "";
    }
    if ((name == "dialect" && std::exchange(parameters.one_dialect, true)) ||
        (name == "style" && std::exchange(has_style, true)) ||
        (name == "strict_index" && std::exchange(has_strict_index, true))) {
      return SaidTwice(name);
    }
    const absl::Status status = ParseOne(name, value, &parameters);
    if (!status.ok()) return status;
  }
  if (parameters.none && (parameters.cpp || ChoosesOther(parameters))) {
    return absl::InvalidArgumentError(
        "parameter emit: none excludes everything else; drop it, or the rest");
  }
  if (has_style && !parameters.service_proto) {
    return absl::InvalidArgumentError(
        "parameter style is for service_proto; drop it, or add "
        "emit=service_proto");
  }
  if (!parameters.none && !ChoosesOther(parameters)) parameters.cpp = true;
  return parameters;
}

}  // namespace modelservice::plugin
