// The program `modelservice`: the commands that need no model.

#include <string>
#include <vector>

#include "modelservice/manage/command.h"
#include "modelservice/manage/createtoken.h"
#include "modelservice/manage/generate_proto.h"
#include "modelservice/manage/plugin_check.h"

namespace {

// The one program that has the plugin at hand.
absl::Status GenerateProto(const modelservice::Invocation& call) {
  return modelservice::GenerateProto(call, &modelservice::CheckWithPlugin);
}

constexpr modelservice::Command kCommands[] = {
    {"generateproto", "write a .proto file for tables that are there",
     modelservice::kGenerateProtoFlags, &GenerateProto},
    {"createtoken", "print a new token, which names a user to the server",
     modelservice::kCreateTokenFlags, &modelservice::CreateToken, "USER"},
};

}  // namespace

int main(int argc, char** argv) {
  return modelservice::RunCommands(kCommands,
                                   std::vector<std::string>(argv, argv + argc),
                                   [](modelservice::Registry&) {});
}
