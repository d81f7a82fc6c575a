// A version of .proto files: a descriptor set, files or a folder on disk, or
// those of a revision of git.
#ifndef MODELSERVICE_MANAGE_DIFF_SOURCE_H_
#define MODELSERVICE_MANAGE_DIFF_SOURCE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/manage/proto_source.h"

namespace modelservice {

// What `text` names:
//
//   shop.proto          a file; imports are looked for in `folders`, else in
//                       its own folder
//   protos              a folder with .proto files; imports start there
//   shop.binpb          a descriptor set, as protoc --descriptor_set_out makes
//   main:protos         either, at a revision of the git repository around the
//   HEAD~1:shop.proto   working folder
//
// The error is a line for the user.
absl::StatusOr<ProtoSource> ReadDiffSource(
    const std::string& text, const std::vector<std::string>& folders);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_DIFF_SOURCE_H_
