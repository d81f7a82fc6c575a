// Whether protoc takes a .proto file that is to be written.
//
//   absl::StatusOr<std::string> files = CheckFile("demo.proto", text);
//   if (!files.ok()) ...  // "demo.proto:7:3: Expected ";"."
#ifndef MODELSERVICE_PROTOGEN_FILE_CHECK_H_
#define MODELSERVICE_PROTOGEN_FILE_CHECK_H_

#include <string>

#include "absl/status/statusor.h"

namespace modelservice::proto {

// Parses the file and puts its names together as protoc does, with protobuf's
// own files and ours; our options are read, too. Gives the file and what it
// imports, as the bytes of a FileDescriptorSet; none where it imports files
// that are not at hand, of which nothing is then known. The error names the
// place.
absl::StatusOr<std::string> CheckFile(const std::string& name,
                                      const std::string& text);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_FILE_CHECK_H_
