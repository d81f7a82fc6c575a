#include "modelservice/manage/plugin_check.h"

#include <google/protobuf/compiler/plugin.pb.h>
#include <google/protobuf/descriptor.pb.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "plugin/program.h"

namespace modelservice {

absl::Status CheckWithPlugin(const std::string& name,
                             const std::string& files) {
  google::protobuf::FileDescriptorSet set;
  if (!set.ParseFromString(files)) {
    return absl::InternalError(absl::StrCat(name, " cannot be handed on"));
  }
  google::protobuf::compiler::CodeGeneratorRequest request;
  request.add_file_to_generate(name);
  request.set_parameter("emit=none");
  *request.mutable_proto_file() = set.file();
  std::string answer;
  std::string notes;
  google::protobuf::compiler::CodeGeneratorResponse response;
  if (!plugin::Answer(request.SerializeAsString(), &answer, &notes)) {
    return absl::FailedPreconditionError(answer);
  }
  if (!response.ParseFromString(answer)) {
    return absl::InternalError(absl::StrCat("no answer about ", name));
  }
  if (!response.has_error()) return absl::OkStatus();
  // An error is one line.
  return absl::FailedPreconditionError(absl::StrReplaceAll(
      absl::StripAsciiWhitespace(response.error()), {{"\n", "; "}}));
}

}  // namespace modelservice
