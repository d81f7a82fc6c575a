// The program `modelservice`: the commands that need no model.

#include <string>
#include <vector>

#include "modelservice/manage/command.h"
#include "modelservice/manage/createtoken.h"
#include "modelservice/manage/diagram.h"
#include "modelservice/manage/diff.h"
#include "modelservice/manage/generate_proto.h"
#include "modelservice/manage/plugin_check.h"
#include "modelservice/manage/scaffold.h"

namespace {

// The one program that has the plugin at hand.
absl::Status GenerateProto(const modelservice::Invocation& call) {
  return modelservice::GenerateProto(call, &modelservice::CheckWithPlugin);
}

constexpr modelservice::Command kCommands[] = {
    {"generateproto", "write a .proto file for tables that are there",
     modelservice::kGenerateProtoFlags, &GenerateProto},
    {"scaffold", "write services for the models of .proto files",
     modelservice::kScaffoldFlags, &modelservice::Scaffold, "FILE..."},
    {"diagram", "draw tables, of .proto files or else of a database",
     modelservice::kDiagramFlags, &modelservice::Diagram, "[FILE...]"},
    {"diff", "say what a new version of .proto files breaks",
     modelservice::kDiffFlags, &modelservice::Diff, "OLD NEW", /*fault=*/2},
    {"createtoken", "print a new token, which names a user to the server",
     modelservice::kCreateTokenFlags, &modelservice::CreateToken, "USER"},
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::RunCommands(kCommands,
                                   std::vector<std::string>(argv, argv + argc),
                                   [](modelservice::Registry&) {});
}
