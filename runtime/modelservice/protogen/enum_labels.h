// Whether the labels of a database's enum type can be names of an enum's values
// in a .proto file, as they are.
#ifndef MODELSERVICE_PROTOGEN_ENUM_LABELS_H_
#define MODELSERVICE_PROTOGEN_ENUM_LABELS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice::proto {

// They are identifiers, no words of .proto files or C++, and protoc can tell
// them apart: in proto3 it takes no two that are equal but for case,
// underscores and the enum's own name in front.
bool CanBeValues(absl::string_view enum_name,
                 const std::vector<std::string>& labels);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_ENUM_LABELS_H_
