#include "modelservice/manage/command.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "modelservice/base/did_you_mean.h"
#include "modelservice/base/secrets.h"
#include "modelservice/base/setting_value.h"
#include "modelservice/base/version.h"
#include "modelservice/db/error.h"
#include "modelservice/log.h"
#include "modelservice/manage/completion.h"
#include "modelservice/manage/databases.h"
#include "modelservice/manage/settings_help.h"
#include "modelservice/service/run_handler.h"
#include "modelservice/settings.h"

namespace modelservice {
namespace {

constexpr char kExitCode[] = "modelservice/exit_code";

bool AsksForHelp(absl::string_view argument) {
  return argument == "--help" || argument == "-h";
}

// In columns: a name, and what there is to say of it.
std::string Listed(const std::vector<std::pair<std::string, std::string>>& of) {
  size_t width = 0;
  for (const auto& [name, summary] : of) width = std::max(width, name.size());
  std::string list;
  for (const auto& [name, summary] : of) {
    absl::StrAppend(&list, "  ", name,
                    std::string(width + 2 - name.size(), ' '), summary, "\n");
  }
  return list;
}

constexpr absl::string_view kCompletion = "completion";
constexpr char kCompletionSummary[] = "print what bash, zsh or fish completes";

std::string Help(absl::Span<const Command> commands, const Registry& registry,
                 absl::string_view program) {
  std::vector<std::pair<std::string, std::string>> list;
  for (const Command& command : commands) {
    list.emplace_back(command.name, command.summary);
  }
  list.emplace_back(kCompletion, kCompletionSummary);
  for (const auto& [name, command] : registry.commands()) {
    list.emplace_back(name, command.summary);
  }
  return absl::StrCat("usage: ", program,
                      " COMMAND [--SETTING=VALUE ...]\n       ", program,
                      " --version\n\n", Listed(list), "\n", program,
                      " COMMAND --help shows the flags and settings of one "
                      "command.\n\nIt ends with 0, or with 1 after a line "
                      "that says what went wrong.\n",
                      AllSettingsHelp());
}

std::string ArgumentText(const Command& command) {
  return command.argument.empty() ? "" : absl::StrCat(" ", command.argument);
}

std::string HelpOf(const Command& command, absl::string_view program) {
  return absl::StrCat("usage: ", program, " ", command.name,
                      ArgumentText(command),
                      command.flags.empty() ? "" : " [--FLAG=VALUE ...]",
                      " [--SETTING=VALUE ...]\n\n", command.summary, "\n",
                      command.flags.empty() ? "" : "\n",
                      FlagsHelp(command.flags), SettingsHelpOf(command.name));
}

// The settings know of no flags but their own.
absl::Status WithFlags(const absl::Status& error, const Command& command) {
  constexpr absl::string_view kUnknown = "unknown flag --";
  if (command.flags.empty() || !absl::StartsWith(error.message(), kUnknown)) {
    return error;
  }
  std::vector<std::string> names;
  for (const Flag& flag : command.flags) names.emplace_back(flag.name);
  const std::string own = absl::StrJoin(names, ", ");
  const auto settings = ListSettings(*Settings::descriptor());
  names.insert(names.end(), settings.begin(), settings.end());
  absl::string_view rest = absl::StripPrefix(error.message(), kUnknown);
  const absl::string_view wrong = rest.substr(0, rest.find(';'));
  // Behind what it may have said of settings alone.
  rest.remove_prefix(std::min(rest.rfind("; the flags"), rest.size()));
  return absl::Status(
      error.code(),
      absl::StrCat(kUnknown, wrong, DidYouMean(wrong, names, "--"), rest,
                   "; those of ", command.name, ": ", own));
}

// What stands right behind the command: anywhere else it might be a setting's
// value.
absl::StatusOr<std::vector<std::string>> TakeArguments(
    const Command& command, absl::string_view program,
    std::vector<std::string>* arguments) {
  const std::vector<absl::string_view> wanted =
      absl::StrSplit(command.argument, ' ', absl::SkipEmpty());
  if (wanted.empty()) return std::vector<std::string>();
  const bool optional = absl::StartsWith(command.argument, "[");
  const bool any_number = absl::StrContains(command.argument, "...");
  std::vector<std::string> taken;
  for (const std::string& argument : *arguments) {
    // "-" alone is standard input.
    if (argument.empty() || (argument[0] == '-' && argument != "-") ||
        (taken.size() == wanted.size() && !any_number)) {
      break;
    }
    taken.push_back(argument);
  }
  if (taken.size() < wanted.size() && !optional) {
    return absl::InvalidArgumentError(absl::StrCat(
        command.name, " needs ", command.argument, " right behind it: ",
        program, " ", command.name, " ", command.argument, " ..."));
  }
  arguments->erase(arguments->begin(),
                   arguments->begin() + static_cast<ptrdiff_t>(taken.size()));
  return taken;
}

absl::Status Run(const Command& command, absl::string_view program,
                 std::vector<std::string> arguments, Registry& registry) {
  if (std::any_of(arguments.begin(), arguments.end(), AsksForHelp)) {
    std::fputs(HelpOf(command, program).c_str(), stdout);
    return absl::OkStatus();
  }
  auto taken = TakeArguments(command, program, &arguments);
  if (!taken.ok()) return taken.status();
  const auto flags = Flags::Take(command.flags, &arguments);
  if (!flags.ok()) return flags.status();
  const auto settings = LoadSettings(arguments);
  if (!settings.ok()) return WithFlags(settings.status(), command);
  ApplyLogLevel(*settings);
  std::string first = taken->empty() ? "" : taken->front();
  return command.run({registry, *settings, *flags, std::move(first),
                      *std::move(taken),
                      [&] { return LoadSettings(arguments); }});
}

// With what makes the tables, where a command found none.
absl::Status WithTables(const absl::Status& status) {
  if (!HasKind(status, DatabaseError::Kind::kSchema)) return status;
  return absl::Status(
      status.code(),
      absl::StrCat(status.message(),
                   "; the command check tells how the database differs from "
                   "the models, and migrate makes what it lacks"));
}

// A command of the program's own. Whoever listens to rows hears it, too.
absl::Status RunOwn(const std::string& name,
                    const Registry::NamedCommand& command,
                    absl::string_view program,
                    std::vector<std::string> arguments,
                    const Registry& registry) {
  if (std::any_of(arguments.begin(), arguments.end(), AsksForHelp)) {
    std::fputs(absl::StrCat("usage: ", program, " ", name,
                            " [ARGUMENT ...] [--SETTING=VALUE ...]\n\n",
                            command.summary, "\n", SettingsHelpOf(name))
                   .c_str(),
               stdout);
    return absl::OkStatus();
  }
  const auto first_setting =
      std::find_if(arguments.begin(), arguments.end(),
                   [](const auto& one) { return absl::StartsWith(one, "--"); });
  const std::vector<std::string> own(arguments.begin(), first_setting);
  const auto settings =
      LoadSettings(std::vector<std::string>(first_setting, arguments.end()));
  if (!settings.ok()) return settings.status();
  ApplyLogLevel(*settings);
  auto database = OpenDatabase(settings->database());
  if (!database.ok()) return database.status();
  (*database)->set_row_signals(registry.row_signals());
  absl::Status status = Guarded([&] {
    return command.run({**database, *settings, own});
  });
  (*database)->Close();
  return WithTables(status);
}

absl::Status PrintCompletion(absl::Span<const Command> commands,
                             const Registry& registry,
                             const std::vector<std::string>& arguments) {
  const std::vector<std::string> settings =
      ListSettings(*Settings::descriptor());
  std::vector<std::pair<std::string, std::vector<std::string>>> words;
  const auto add = [&](absl::string_view name, absl::Span<const Flag> flags) {
    auto& [command, its] = words.emplace_back();
    command = std::string(name);
    for (const Flag& flag : flags) its.push_back(absl::StrCat("--", flag.name));
    its.emplace_back("--config");
    for (const std::string& setting : settings) {
      if (LooksAt(name, setting)) its.push_back(absl::StrCat("--", setting));
    }
    its.emplace_back("--help");
  };
  for (const Command& command : commands) add(command.name, command.flags);
  for (const auto& [name, command] : registry.commands()) add(name, {});
  words.emplace_back(kCompletion,
                     std::vector<std::string>{"bash", "zsh", "fish"});
  const auto script = CompletionScript(arguments.size() < 3 ? "" : arguments[2],
                                       arguments[0], words);
  if (!script.ok()) return script.status();
  std::fputs(script->c_str(), stdout);
  return absl::OkStatus();
}

absl::Status UnknownCommand(absl::Span<const Command> commands,
                            const Registry& registry, const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.emplace_back(command.name);
  names.emplace_back(kCompletion);
  for (const auto& [own, command] : registry.commands()) names.push_back(own);
  return absl::InvalidArgumentError(
      absl::StrCat("unknown command \"", name, "\"", DidYouMean(name, names),
                   "; the commands are ", absl::StrJoin(names, ", ")));
}

absl::Status Find(absl::Span<const Command> commands,
                  const std::vector<std::string>& arguments,
                  const std::function<void(Registry&)>& add) {
  const std::string name = arguments.size() < 2 ? "help" : arguments[1];
  if (name == "--version") {
    std::printf("modelservice %s\n", kVersion);
    return absl::OkStatus();
  }
  Registry registry;
  add(registry);
  if (name == "help" || AsksForHelp(name)) {
    std::fputs(Help(commands, registry, arguments[0]).c_str(), stdout);
    return absl::OkStatus();
  }
  const std::vector<std::string> behind(arguments.begin() + 2, arguments.end());
  const auto own = registry.commands().find(name);
  if (own != registry.commands().end()) {
    return RunOwn(name, own->second, arguments[0], behind, registry);
  }
  for (const Command& command : commands) {
    if (name != command.name) continue;
    absl::Status status = Run(command, arguments[0], behind, registry);
    if (status.ok() || status.GetPayload(kExitCode).has_value()) return status;
    return WithExitCode(std::move(status), command.fault);
  }
  if (name == kCompletion) {
    if (std::any_of(behind.begin(), behind.end(), AsksForHelp)) {
      std::printf("usage: %s %s bash|zsh|fish\n\n%s\n", arguments[0].c_str(),
                  name.c_str(), kCompletionSummary);
      return absl::OkStatus();
    }
    return PrintCompletion(commands, registry, arguments);
  }
  return UnknownCommand(commands, registry, name);
}

}  // namespace

absl::Status WithExitCode(absl::Status error, int code) {
  error.SetPayload(kExitCode, absl::Cord(absl::StrCat(code)));
  return error;
}

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
  int code = 1;
  if (const auto given = status.GetPayload(kExitCode)) {
    static_cast<void>(absl::SimpleAtoi(std::string(*given), &code));
  }
  return code;
}

}  // namespace modelservice
