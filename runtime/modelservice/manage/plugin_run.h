// The plugin, as protoc would run it, over files that are at hand.
#ifndef MODELSERVICE_MANAGE_PLUGIN_RUN_H_
#define MODELSERVICE_MANAGE_PLUGIN_RUN_H_

#include <google/protobuf/descriptor.pb.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "modelservice/manage/proto_source.h"

namespace modelservice {

struct WrittenFile {
  std::string name;
  std::string text;
};

// What protoc-gen-modelservice writes with `parameter` for the files of
// `source.names`; notes go to standard error. The error is a line, in the
// plugin's words.
absl::StatusOr<std::vector<WrittenFile>> RunPluginOver(
    const ProtoSource& source, const std::string& parameter);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_PLUGIN_RUN_H_
