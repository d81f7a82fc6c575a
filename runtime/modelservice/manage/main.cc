#include "modelservice/manage/main.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/manage/commands.h"
#include "modelservice/server/settings.h"

namespace modelservice {
namespace {

struct Command {
  const char* name;
  const char* summary;
  absl::Status (*run)(Registry& registry, const Settings& settings);
};

constexpr Command kCommands[] = {
    {"serve", "serve the models until SIGTERM or SIGINT", &Serve},
    {"migrate", "make the tables that the database lacks", &Migrate},
    {"sqlmigrate", "print the SQL that makes the tables", &SqlMigrate},
};

std::string Help(absl::string_view program) {
  std::string help =
      absl::StrCat("usage: ", program, " COMMAND [--SETTING=VALUE ...]\n\n");
  for (const Command& command : kCommands) {
    absl::StrAppend(
        &help, "  ", command.name,
        std::string(12 - absl::string_view(command.name).size(), ' '),
        command.summary, "\n");
  }
  absl::StrAppend(
      &help,
      "\nSettings, also read from --config=FILE (textproto or JSON) and from "
      "variables\nlike MODELSERVICE_ADDRESS:\n",
      SettingsHelp());
  return help;
}

absl::Status RunCommand(const std::vector<std::string>& arguments,
                        const std::function<void(Registry&)>& add) {
  const std::string name = arguments.size() < 2 ? "help" : arguments[1];
  if (name == "help" || name == "--help" || name == "-h") {
    std::fputs(Help(arguments[0]).c_str(), stdout);
    return absl::OkStatus();
  }
  for (const Command& command : kCommands) {
    if (name != command.name) continue;
    auto settings = LoadSettings(absl::MakeConstSpan(arguments).subspan(2));
    if (!settings.ok()) return settings.status();
    Registry registry;
    add(registry);
    return command.run(registry, *settings);
  }
  std::string known;
  for (const Command& command : kCommands) {
    absl::StrAppend(&known, known.empty() ? "" : ", ", command.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown command \"", name, "\"; the commands are ", known));
}

}  // namespace

int Main(int argc, char** argv,
         const std::function<void(Registry&)>& register_services) {
  // gRPC's own lines would stand between a user and the one line that says what
  // is wrong; GRPC_VERBOSITY brings them back.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  const absl::Status status = RunCommand(
      std::vector<std::string>(argv, argv + argc), register_services);
  if (status.ok()) return 0;
  std::fprintf(stderr, "error: %s\n", std::string(status.message()).c_str());
  return 1;
}

}  // namespace modelservice
