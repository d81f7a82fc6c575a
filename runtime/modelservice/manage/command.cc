#include "modelservice/manage/command.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/base/secrets.h"
#include "modelservice/base/setting_value.h"
#include "modelservice/base/version.h"
#include "modelservice/log.h"
#include "modelservice/settings.h"

namespace modelservice {
namespace {

bool AsksForHelp(absl::string_view argument) {
  return argument == "--help" || argument == "-h";
}

constexpr absl::string_view kSettingsTitle =
    "\nSettings, also read from --config=FILE (textproto or JSON) and from "
    "variables\nlike MODELSERVICE_ADDRESS:\n";

std::string Help(absl::Span<const Command> commands,
                 absl::string_view program) {
  std::string help = absl::StrCat("usage: ", program,
                                  " COMMAND [--SETTING=VALUE ...]\n       ",
                                  program, " --version\n\n");
  size_t width = 0;
  for (const Command& command : commands) {
    width = std::max(width, command.name.size());
  }
  bool have_flags = false;
  for (const Command& command : commands) {
    have_flags |= !command.flags.empty();
    absl::StrAppend(&help, "  ", command.name,
                    std::string(width + 2 - command.name.size(), ' '),
                    command.summary, "\n");
  }
  if (have_flags) {
    absl::StrAppend(&help, "\n", program,
                    " COMMAND --help shows the flags of one command.\n");
  }
  absl::StrAppend(&help, kSettingsTitle, SettingsHelp(*Settings::descriptor()));
  return help;
}

std::string HelpOf(const Command& command, absl::string_view program) {
  return absl::StrCat("usage: ", program, " ", command.name,
                      command.argument.empty() ? "" : " ", command.argument,
                      command.flags.empty() ? "" : " [--FLAG=VALUE ...]",
                      " [--SETTING=VALUE ...]\n\n", command.summary, "\n",
                      command.flags.empty() ? "" : "\n",
                      FlagsHelp(command.flags), kSettingsTitle,
                      SettingsHelp(*Settings::descriptor()));
}

// The settings know of no flags but their own.
absl::Status WithFlags(const absl::Status& error, const Command& command) {
  if (command.flags.empty() ||
      !absl::StartsWith(error.message(), "unknown flag")) {
    return error;
  }
  return absl::Status(
      error.code(),
      absl::StrCat(error.message(), "; those of ", command.name, ": ",
                   absl::StrJoin(command.flags, ", ",
                                 [](std::string* out, const Flag& flag) {
                                   absl::StrAppend(out, flag.name);
                                 })));
}

// What stands right behind the command: anywhere else it might be a setting's
// value.
absl::StatusOr<std::string> TakeArgument(const Command& command,
                                         absl::string_view program,
                                         std::vector<std::string>* arguments) {
  if (command.argument.empty()) return std::string();
  if (arguments->empty() || arguments->front().empty() ||
      arguments->front()[0] == '-') {
    return absl::InvalidArgumentError(absl::StrCat(
        command.name, " needs ", command.argument, " right behind it: ",
        program, " ", command.name, " ", command.argument, " ..."));
  }
  std::string argument = arguments->front();
  arguments->erase(arguments->begin());
  return argument;
}

absl::Status Run(const Command& command, absl::string_view program,
                 std::vector<std::string> arguments,
                 const std::function<void(Registry&)>& add) {
  if (std::any_of(arguments.begin(), arguments.end(), AsksForHelp)) {
    std::fputs(HelpOf(command, program).c_str(), stdout);
    return absl::OkStatus();
  }
  auto argument = TakeArgument(command, program, &arguments);
  if (!argument.ok()) return argument.status();
  const auto flags = Flags::Take(command.flags, &arguments);
  if (!flags.ok()) return flags.status();
  const auto settings = LoadSettings(arguments);
  if (!settings.ok()) return WithFlags(settings.status(), command);
  ApplyLogLevel(*settings);
  Registry registry;
  add(registry);
  return command.run({registry, *settings, *flags, *std::move(argument)});
}

absl::Status Find(absl::Span<const Command> commands,
                  const std::vector<std::string>& arguments,
                  const std::function<void(Registry&)>& add) {
  const std::string name = arguments.size() < 2 ? "help" : arguments[1];
  if (name == "--version") {
    std::printf("modelservice %s\n", kVersion);
    return absl::OkStatus();
  }
  if (name == "help" || AsksForHelp(name)) {
    std::fputs(Help(commands, arguments[0]).c_str(), stdout);
    return absl::OkStatus();
  }
  for (const Command& command : commands) {
    if (name != command.name) continue;
    return Run(command, arguments[0], {arguments.begin() + 2, arguments.end()},
               add);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("unknown command \"", name, "\"; the commands are ",
                   absl::StrJoin(commands, ", ",
                                 [](std::string* out, const Command& command) {
                                   absl::StrAppend(out, command.name);
                                 })));
}

}  // namespace

int RunCommands(absl::Span<const Command> commands,
                const std::vector<std::string>& arguments,
                const std::function<void(Registry&)>& add) {
  // gRPC's own lines would stand between a user and the one line that says what
  // is wrong; GRPC_VERBOSITY brings them back.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  const absl::Status status = Find(commands, arguments, add);
  if (status.ok()) return 0;
  // Before it in time, and so above it.
  FlushLog();
  std::fprintf(stderr, "error: %s\n", MaskSecrets(status.message()).c_str());
  return 1;
}

}  // namespace modelservice
