// Makes a .proto file of tables.
//
//   absl::StatusOr<Catalog> catalog = ReadCatalog(*database);
//   BuildOptions options;
//   options.selection.tables = {"auth_user"};
//   options.package = "demo";
//   absl::StatusOr<File> file = BuildFile(*catalog, options);
#ifndef MODELSERVICE_PROTOGEN_PROTO_BUILDER_H_
#define MODELSERVICE_PROTOGEN_PROTO_BUILDER_H_

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/proto_file.h"
#include "modelservice/protogen/selection.h"

namespace modelservice::proto {

struct BuildOptions {
  SelectionOptions selection;
  Style style = Style::kDjango;
  // Whether to write options that bind the messages to their tables. Without
  // them, and in kDjango, the types are django-grpc-framework's.
  bool annotate = true;
  // Empty: the first message's name in lower case.
  std::string package;
  // By a table's full name, the path of its file; empty: all are in one.
  std::map<std::string, std::string> parts;
  // Names at the top level of the file that no new model may have.
  std::set<std::string> taken_names;
};

// An error names the table or column and the mend.
absl::StatusOr<File> BuildFile(const catalog::Catalog& catalog,
                               const BuildOptions& options);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_PROTO_BUILDER_H_
