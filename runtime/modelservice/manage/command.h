// What a command is: a row of the table in main.cc, and a function. To add one,
// write the function, with flags of its own if it has any, and the row.
//
//   constexpr Flag kTokenFlags[] = {{"name", "TEXT", "what it is for"}};
//   absl::Status CreateToken(const Invocation& call) {
//     const std::optional<std::string> name = call.flags.Text("name");
//     ... call.argument ...
//   }
//   {"createtoken", "print a token", kTokenFlags, &CreateToken, "USER"},
#ifndef MODELSERVICE_MANAGE_COMMAND_H_
#define MODELSERVICE_MANAGE_COMMAND_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/base/flags.h"
#include "modelservice/config.pb.h"
#include "modelservice/registry.h"

namespace modelservice {

// One call of a command; valid while it runs.
struct Invocation {
  Registry& registry;
  const Settings& settings;
  const Flags& flags;
  // What stood right behind the command's name.
  std::string argument = {};
};

struct Command {
  absl::string_view name;
  absl::string_view summary;
  absl::Span<const Flag> flags;
  // An error's message is the line for the user.
  absl::Status (*run)(const Invocation& call);
  // What stands for the argument of a command that needs one; empty: it takes
  // none.
  absl::string_view argument = {};
};

// Runs the one of `commands` that `arguments`, argv, names, over the models
// that `add` registers. Returns main's result: 0, or 1 after a line on standard
// error.
int RunCommands(absl::Span<const Command> commands,
                const std::vector<std::string>& arguments,
                const std::function<void(Registry&)>& add);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_COMMAND_H_
