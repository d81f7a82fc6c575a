#include "plugin/parameters.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace modelservice::plugin {
namespace {

absl::Status NotSupportedYet(absl::string_view parameter) {
  return absl::InvalidArgumentError(
      absl::StrCat("parameter ", parameter, ": not supported yet"));
}

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

absl::Status ParseEmit(absl::string_view value, Parameters* parameters) {
  if (value == "cpp") return Choose(value, &parameters->cpp);
  if (value == "sql") return Choose(value, &parameters->sql);
  if (value == "none") return Choose(value, &parameters->none);
  if (value == "service_proto" || value == "diagram") {
    return NotSupportedYet(absl::StrCat("emit=", value));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("parameter emit: unknown value \"", value,
                   "\"; allowed are cpp, sql and none"));
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

absl::Status ParseOne(absl::string_view name, absl::string_view value,
                      Parameters* parameters) {
  if (name == "emit") return ParseEmit(value, parameters);
  if (name == "dialect") return ParseDialect(value, parameters);
  if (name == "style") return NotSupportedYet(absl::StrCat("style=", value));
  return absl::InvalidArgumentError(absl::StrCat(
      "unknown parameter \"", name, "\"; allowed are emit and dialect"));
}

}  // namespace

absl::StatusOr<Parameters> ParseParameters(absl::string_view text) {
  Parameters parameters;
  // protoc joins everything with commas, so "emit=cpp,sql" and
  // "emit=cpp,emit=sql" look alike: a word without "=" belongs to the name
  // before it.
  std::string name;
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
    if (name == "dialect" && std::exchange(parameters.one_dialect, true)) {
      return SaidTwice(name);
    }
    const absl::Status status = ParseOne(name, value, &parameters);
    if (!status.ok()) return status;
  }
  if (parameters.none && (parameters.cpp || parameters.sql)) {
    return absl::InvalidArgumentError(
        "parameter emit: none excludes everything else; drop it, or the rest");
  }
  if (!parameters.none && !parameters.sql) parameters.cpp = true;
  return parameters;
}

}  // namespace modelservice::plugin
