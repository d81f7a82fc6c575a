// .proto files, read as protoc reads them: with what they import, with
// comments, and with our options at hand wherever the files lie.
#ifndef MODELSERVICE_MANAGE_PROTO_SOURCE_H_
#define MODELSERVICE_MANAGE_PROTO_SOURCE_H_

#include <google/protobuf/descriptor.pb.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace modelservice {

struct ProtoSource {
  // The files that were asked for, as imports would name them.
  std::vector<std::string> names;
  // They and what they import, at any depth, each behind what it imports.
  google::protobuf::FileDescriptorSet set;
};

// The text of a file by the name that imports give it; NOT_FOUND for none.
using ProtoReader =
    std::function<absl::StatusOr<std::string>(const std::string& name)>;

// Reads the files `names` and what they import. The error names the file, and
// the line where there is one.
absl::StatusOr<ProtoSource> ReadProtoSource(
    const std::vector<std::string>& names, const ProtoReader& read);

// The same of `files` on disk. Imports are looked for in `folders`, in order;
// without any, in the working folder. As protoc has it, each file lies in one
// of them.
absl::StatusOr<ProtoSource> ReadProtoFiles(
    const std::vector<std::string>& files, std::vector<std::string> folders);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_PROTO_SOURCE_H_
