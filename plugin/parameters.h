// The parameter string that protoc hands to the plugin:
// --modelservice_opt=emit=cpp,sql
#ifndef MODELSERVICE_PLUGIN_PARAMETERS_H_
#define MODELSERVICE_PLUGIN_PARAMETERS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice::plugin {

struct Parameters {
  // What to write for each file.
  bool cpp = false;     // x.modelservice.pb.h and .cc
  bool client = false;  // x.modelservice.client.pb.h and .cc
  bool sql = false;     // x.sql
  // x_service.proto, where x.proto has models without a service.
  bool service_proto = false;
  bool diagram = false;  // x.mmd and x.dot
  bool docs = false;     // x.md
  bool none = false;     // nothing: files are checked, with each other
  // The database that x.sql is for, and whose SQL the options hold: types,
  // checks, conditions of indexes. The C++ is the same for all.
  enum class Dialect { kSqlite, kPostgres } dialect = Dialect::kSqlite;
  // Whether the tables are for that database alone, because it was named; else
  // every database must take them.
  bool one_dialect = false;
  // Of x_service.proto, for models that say none.
  enum class Style { kDjango, kAip } style = Style::kDjango;
  // What is said of fields that Lists filter and sort by without an index.
  enum class StrictIndex {
    kNothing,
    kWarning,
    kError
  } strict_index = StrictIndex::kNothing;
};

// What --help says.
extern const char kHelp[];

// InvalidArgument, in words for the user, for an unknown parameter or value,
// and for what is said twice.
absl::StatusOr<Parameters> ParseParameters(absl::string_view text);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_PARAMETERS_H_
