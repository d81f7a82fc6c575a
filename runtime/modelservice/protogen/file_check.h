// Whether protoc takes .proto files that are to be written.
//
//   absl::StatusOr<std::string> files = CheckFiles({{"demo.proto", text}});
//   if (!files.ok()) ...  // "demo.proto:7:3: Expected ";"."
#ifndef MODELSERVICE_PROTOGEN_FILE_CHECK_H_
#define MODELSERVICE_PROTOGEN_FILE_CHECK_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace modelservice::proto {

// Parses the files, texts by the names that they import each other by, and puts
// their names together as protoc does, with protobuf's own files and ours; our
// options are read, too. Gives the files and what they import, as the bytes of
// a FileDescriptorSet; none where they import files that are not at hand, of
// which nothing is then known. The error names the place.
absl::StatusOr<std::string> CheckFiles(
    const std::map<std::string, std::string>& texts);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_FILE_CHECK_H_
