// Makes one model: the message of a table, its service and its requests.
#ifndef MODELSERVICE_PROTOGEN_MODEL_BUILDER_H_
#define MODELSERVICE_PROTOGEN_MODEL_BUILDER_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"
#include "modelservice/protogen/enum_types.h"
#include "modelservice/protogen/proto_file.h"
#include "modelservice/protogen/selection.h"

namespace modelservice::proto {

// Whether a method replies google.protobuf.Empty, and whether a request has a
// google.protobuf.FieldMask: of a view none does.
bool RepliesNothing(const Model& model);
bool HasMask(const Model& model);

// The file that a well-known type is in; empty for any other.
std::string ImportOf(const std::string& type);
// Those that the model's messages and its service need.
std::set<std::string> ImportsOf(const Model& model);

// The names at a file's top level that a model needs: its message's, those of
// its service and requests, and what the plugin generates from them.
std::vector<std::string> TopLevelNames(const std::string& message, Style style);
// Whether none of `names` is one of `taken`.
bool AreFree(const std::vector<std::string>& names,
             const std::set<std::string>& taken);

// django-grpc-framework's, in its types.
absl::StatusOr<Model> BuildDjangoModel(const catalog::Catalog& catalog,
                                       const SelectedTable& selected);

// In types that lose nothing. `all` are the tables of the file, which
// references may name, `types` the enums of the models that are built. Adds
// what the types need to `imports`.
absl::StatusOr<Model> BuildModel(const catalog::Catalog& catalog,
                                 const std::vector<SelectedTable>& all,
                                 const SelectedTable& selected, Style style,
                                 bool annotate, EnumTypes* types,
                                 std::set<std::string>* imports);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_MODEL_BUILDER_H_
