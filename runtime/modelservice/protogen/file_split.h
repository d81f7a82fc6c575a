// Several files of one package instead of one: which file a table's message
// goes to, and what the files import of each other.
//
//   auto parts = SplitTables(catalog, "schema", "shop/*.proto");
//   options.parts = *parts;
//   auto file = BuildFile(catalog, options);
//   for (const FilePart& part : DivideFile(*file, imports)) {
//     WriteFile(part.file);  // at part.path
//   }
#ifndef MODELSERVICE_PROTOGEN_FILE_SPLIT_H_
#define MODELSERVICE_PROTOGEN_FILE_SPLIT_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice::proto {

// The path of the file of each table, by its full name. `how` is "schema"; or
// "prefix", what is in front of a name's first "_", or Django's app; or groups
// of tables, `sales=orders,order_*;stock=items`, whose tables alone have one
// then. `pattern` is the files' path, with a * for the group's name. The error
// names the flag.
absl::StatusOr<std::map<std::string, std::string>> SplitTables(
    const catalog::Catalog& catalog, absl::string_view how,
    absl::string_view pattern);

// How the others import the file: by its path where protoc runs in the same
// folder, by its name alone where the path leads elsewhere.
std::string ImportNameOf(const std::string& path);

struct FilePart {
  std::string path;
  File file;
};

// By file, what it imports, as import names.
using FileImports = std::map<std::string, std::set<std::string>>;

// The files of `whole`, whose models say theirs, in the order of their first
// models. Files import each other in no circle: a reference that would close
// one, with those that are there already as `imports`, becomes a comment.
std::vector<FilePart> DivideFile(const File& whole, FileImports imports);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_FILE_SPLIT_H_
