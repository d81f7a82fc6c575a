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
#include "absl/status/statusor.h"
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
  // What stood right behind the command's name; the first of them, and all.
  std::string argument = {};
  std::vector<std::string> arguments = {};
  // The settings as they are now, read anew from where they came from.
  std::function<absl::StatusOr<Settings>()> reload = {};
};

struct Command {
  absl::string_view name;
  absl::string_view summary;
  absl::Span<const Flag> flags;
  // An error's message is the line for the user.
  absl::Status (*run)(const Invocation& call);
  // What stands for the arguments of a command that needs some: "USER",
  // "OLD NEW", "FILE..." for one or more, "[FILE...]" for any number. Empty:
  // it takes none.
  absl::string_view argument = {};
  // What main returns after an error.
  int fault = 1;
};

// An error after which main returns `code`, and not the command's `fault`.
absl::Status WithExitCode(absl::Status error, int code);

// Runs the one of `commands` that `arguments`, argv, names, over the models
// that `add` registers. Returns main's result: 0, or the command's `fault`, as
// a rule 1, after a line on standard error.
int RunCommands(absl::Span<const Command> commands,
                const std::vector<std::string>& arguments,
                const std::function<void(Registry&)>& add);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_COMMAND_H_
