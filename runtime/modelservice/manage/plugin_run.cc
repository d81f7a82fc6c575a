#include "modelservice/manage/plugin_run.h"

#include <google/protobuf/compiler/plugin.pb.h>

#include <cstdio>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "plugin/program.h"

namespace modelservice {

absl::StatusOr<std::vector<WrittenFile>> RunPluginOver(
    const ProtoSource& source, const std::string& parameter) {
  google::protobuf::compiler::CodeGeneratorRequest request;
  for (const std::string& name : source.names) {
    request.add_file_to_generate(name);
  }
  request.set_parameter(parameter);
  *request.mutable_proto_file() = source.set.file();
  std::string answer;
  std::string notes;
  google::protobuf::compiler::CodeGeneratorResponse response;
  if (!plugin::Answer(request.SerializeAsString(), &answer, &notes)) {
    return absl::FailedPreconditionError(answer);
  }
  if (!response.ParseFromString(answer)) {
    return absl::InternalError("the plugin gave no answer");
  }
  if (response.has_error()) {
    // An error is one line.
    return absl::FailedPreconditionError(absl::StrReplaceAll(
        absl::StripAsciiWhitespace(response.error()), {{"\n", "; "}}));
  }
  std::fputs(notes.c_str(), stderr);
  std::vector<WrittenFile> files;
  for (const auto& file : response.file()) {
    files.push_back({file.name(), file.content()});
  }
  return files;
}

}  // namespace modelservice
