#include "modelservice/settings.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/base/secrets.h"
#include "modelservice/server/setting_value.h"

extern char** environ;

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;

constexpr absl::string_view kPrefix = "MODELSERVICE_";
// Of a file of settings.
constexpr size_t kMaxFile = 1 << 20;

// "2:7: what is wrong" with `content`, as it may be shown: a parser quotes what
// it stumbles over, which may be a password that lacks its quotes.
std::string FaultOf(absl::string_view fault, absl::string_view content) {
  const std::vector<absl::string_view> lines = absl::StrSplit(content, '\n');
  size_t line = 0;
  const bool known =
      absl::SimpleAtoi(fault.substr(0, fault.find(':')), &line) && line >= 1 &&
      line <= lines.size();
  const absl::string_view at = known ? lines[line - 1] : content;
  const bool secret =
      absl::StrContains(at, "://") ||
      IsSecretName(absl::StripAsciiWhitespace(at.substr(0, at.find(':'))));
  return MaskSecrets(secret ? fault.substr(0, fault.find(", got:")) : fault);
}

absl::Status LoadFile(const std::string& path, Settings* settings) {
  const absl::StatusOr<std::string> content = ReadRegularFile(path, kMaxFile);
  if (!content.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--config: ", path, " ", content.status().message()));
  }
  Settings loaded;
  if (absl::EndsWith(path, ".json")) {
    const auto status =
        google::protobuf::util::JsonStringToMessage(*content, &loaded);
    if (!status.ok()) {
      // Its first line; the others show the place in the text.
      const std::string fault = status.ToString();
      return absl::InvalidArgumentError(absl::StrCat(
          path, ": ", MaskSecrets(fault.substr(0, fault.find('\n')))));
    }
  } else {
    compat::FirstError error;
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&error);
    if (!parser.ParseFromString(*content, &loaded)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", FaultOf(error.text, *content),
                       "; the settings are ", SettingNames()));
    }
  }
  settings->MergeFrom(loaded);
  return absl::OkStatus();
}

bool IsList(absl::string_view name) {
  const FieldDescriptor* const setting = FindSetting(name);
  return setting != nullptr && setting->is_repeated();
}

absl::Status LoadEnvironment(Settings* settings) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const absl::string_view entry = *variable;
    if (!absl::StartsWith(entry, kPrefix)) continue;
    const size_t equals = entry.find('=');
    const absl::string_view name = entry.substr(0, equals);
    // Variables have no dots.
    const std::string setting = absl::StrReplaceAll(
        absl::AsciiStrToLower(name.substr(kPrefix.size())), {{"__", "."}});
    if (IsList(setting)) ClearSetting(setting, settings);
    auto status = SetSetting(
        setting,
        equals == absl::string_view::npos ? "" : entry.substr(equals + 1), name,
        settings);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckValues(const Settings& settings) {
  if (auto status = CheckNumbers(settings); !status.ok()) return status;
  if (settings.has_secret_key() && settings.secret_key().size() < 16) {
    return absl::InvalidArgumentError(
        "secret_key must have at least 16 characters");
  }
  return absl::OkStatus();
}

struct Flag {
  std::string name;
  std::string value;
};

absl::StatusOr<std::vector<Flag>> ReadFlags(
    absl::Span<const std::string> arguments) {
  std::vector<Flag> flags;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const absl::string_view argument = arguments[i];
    if (!absl::StartsWith(argument, "--")) {
      // It may be the rest of a secret that lacks its quotes.
      const bool may_be_secret =
          !flags.empty() && (IsSecretName(flags.back().name) ||
                             absl::StrContains(flags.back().value, "://"));
      return absl::InvalidArgumentError(absl::StrCat(
          "unexpected argument ",
          may_be_secret ? absl::StrCat("behind ", flags.back().name)
                        : absl::StrCat("\"", MaskSecrets(argument), "\""),
          "; settings are --name=value"));
    }
    const size_t equals = argument.find('=');
    Flag flag{std::string(argument.substr(0, equals)), ""};
    const bool known =
        flag.name == "--config" || FindSetting(flag.name.substr(2)) != nullptr;
    if (!known) {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown flag ", flag.name,
                       "; the flags are --config "
                       "and those of the settings: ",
                       SettingNames()));
    }
    if (equals != absl::string_view::npos) {
      flag.value = std::string(argument.substr(equals + 1));
    } else if (i + 1 < arguments.size() &&
               !absl::StartsWith(arguments[i + 1], "--")) {
      flag.value = arguments[++i];
    } else {
      const FieldDescriptor* setting = FindSetting(flag.name.substr(2));
      if (setting == nullptr ||
          setting->cpp_type() != FieldDescriptor::CPPTYPE_BOOL) {
        return absl::InvalidArgumentError(
            absl::StrCat(flag.name, " needs a value: ", flag.name, "=..."));
      }
      flag.value = "true";
    }
    flags.push_back(std::move(flag));
  }
  return flags;
}

}  // namespace

absl::StatusOr<Settings> LoadSettings(absl::Span<const std::string> arguments) {
  auto flags = ReadFlags(arguments);
  if (!flags.ok()) return flags.status();
  Settings settings;
  for (const Flag& flag : *flags) {
    if (flag.name != "--config") continue;
    if (auto status = LoadFile(flag.value, &settings); !status.ok()) {
      return status;
    }
  }
  if (auto status = LoadEnvironment(&settings); !status.ok()) return status;
  for (const Flag& flag : *flags) {
    // A list is that of its flags, or else that of the file.
    if (IsList(flag.name.substr(2))) {
      ClearSetting(flag.name.substr(2), &settings);
    }
  }
  for (const Flag& flag : *flags) {
    if (flag.name == "--config") continue;
    auto status =
        SetSetting(flag.name.substr(2), flag.value, flag.name, &settings);
    if (!status.ok()) return status;
  }
  if (auto status = CheckValues(settings); !status.ok()) return status;
  return settings;
}

}  // namespace modelservice
