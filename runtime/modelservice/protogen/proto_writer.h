// Writes .proto files, and parts of them for a file that is there already.
//
//   std::string text = WriteFile(file);
//
// Parts end with a newline.
#ifndef MODELSERVICE_PROTOGEN_PROTO_WRITER_H_
#define MODELSERVICE_PROTOGEN_PROTO_WRITER_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/protogen/proto_file.h"

namespace modelservice::proto {

std::string WriteFile(const File& file);

// The service and the messages of one model, with blank lines between them.
std::string WriteModel(const Model& model, Style style);

// A field with its comment. `other_options` are written before the settings, as
// they are: "deprecated = true".
std::string WriteField(const Field& field, absl::string_view indent,
                       absl::string_view other_options = "");

std::string WriteEnum(const Enum& type, absl::string_view indent);

// `option (modelservice.model) = {...};`, with `extensions` behind the
// settings.
std::string WriteOption(absl::string_view name,
                        const google::protobuf::Message& settings,
                        absl::string_view indent,
                        const std::vector<std::string>& extensions = {});

// Of what is inside of a message or a service: "    " or "  ".
absl::string_view IndentOf(Style style);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_PROTO_WRITER_H_
