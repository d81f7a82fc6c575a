#include "modelservice/base/settings_reader.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/did_you_mean.h"
#include "modelservice/base/flags.h"
#include "modelservice/base/regular_file.h"
#include "modelservice/base/secrets.h"
#include "modelservice/base/setting_value.h"

extern char** environ;

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;

constexpr absl::string_view kConfig = "config";
// Of a file of settings.
constexpr size_t kMaxFile = 1 << 20;

// One setting that a source names.
struct Given {
  std::string name;
  std::string value;
  std::string origin;  // what the user wrote in its place
};

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

absl::Status LoadFile(const std::string& path, Message* settings) {
  const absl::StatusOr<std::string> content = ReadRegularFile(path, kMaxFile);
  if (!content.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--config: ", path, " ", content.status().message()));
  }
  const std::unique_ptr<Message> loaded(settings->New());
  if (absl::EndsWith(path, ".json")) {
    const auto status =
        google::protobuf::util::JsonStringToMessage(*content, loaded.get());
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
    if (!parser.ParseFromString(*content, loaded.get())) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, ":", FaultOf(error.text, *content), "; the settings are ",
          SettingNames(*settings->GetDescriptor())));
    }
  }
  settings->MergeFrom(*loaded);
  return absl::OkStatus();
}

std::vector<Given> FromEnvironment(absl::string_view prefix) {
  std::vector<Given> given;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const absl::string_view entry = *variable;
    if (!absl::StartsWith(entry, prefix)) continue;
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    // Variables have no dots.
    given.push_back({absl::StrReplaceAll(absl::AsciiStrToLower(
                                             parts.first.substr(prefix.size())),
                                         {{"__", "."}}),
                     std::string(parts.second), std::string(parts.first)});
  }
  return given;
}

absl::Status Unexpected(const Argument& argument, const Given* before,
                        const Descriptor& type) {
  if (absl::StartsWith(argument.text, "--")) {
    const std::string flag = argument.text.substr(0, argument.text.find('='));
    return absl::InvalidArgumentError(
        absl::StrCat("unknown flag ", flag,
                     DidYouMean(flag.substr(2), ListSettings(type), "--"),
                     "; the flags are --config and those of the settings: ",
                     SettingNames(type)));
  }
  // It may be the rest of a secret that lacks its quotes.
  const bool may_be_secret =
      before != nullptr &&
      (IsSecretName(before->origin) || absl::StrContains(before->value, "://"));
  return absl::InvalidArgumentError(absl::StrCat(
      "unexpected argument ",
      may_be_secret ? absl::StrCat("behind ", before->origin)
                    : absl::StrCat("\"", MaskSecrets(argument.text), "\""),
      "; settings are --name=value"));
}

absl::StatusOr<std::vector<Given>> FromFlags(
    absl::Span<const std::string> arguments, const Descriptor& type) {
  const auto find = [&](absl::string_view name) -> std::optional<FlagForm> {
    if (name == kConfig) return FlagForm{std::string(name), "..."};
    const FieldDescriptor* const setting = FindSetting(type, name);
    if (setting == nullptr) return std::nullopt;
    const bool is_switch = setting->cpp_type() == FieldDescriptor::CPPTYPE_BOOL;
    return FlagForm{absl::StrReplaceAll(name, {{"-", "_"}}),
                    is_switch ? "" : "..."};
  };
  auto read = ReadArguments(arguments, find);
  if (!read.ok()) return read.status();
  std::vector<Given> given;
  for (Argument& argument : *read) {
    if (argument.name.empty()) {
      return Unexpected(argument, given.empty() ? nullptr : &given.back(),
                        type);
    }
    given.push_back({std::move(argument.name), std::move(argument.value),
                     std::move(argument.text)});
  }
  return given;
}

// What one source names, over what was set before.
absl::Status Set(absl::Span<const Given> given, Message* settings) {
  const Descriptor& type = *settings->GetDescriptor();
  for (const Given& one : given) {
    const FieldDescriptor* const setting = FindSetting(type, one.name);
    if (setting != nullptr && setting->is_repeated()) {
      ClearSetting(one.name, settings);
    }
  }
  for (const Given& one : given) {
    auto status = SetSetting(one.name, one.value, one.origin, settings);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadSettings(absl::Span<const std::string> arguments,
                          absl::string_view prefix, Message* settings) {
  const auto flags = FromFlags(arguments, *settings->GetDescriptor());
  if (!flags.ok()) return flags.status();
  std::vector<Given> set;
  for (const Given& flag : *flags) {
    if (flag.name != kConfig) {
      set.push_back(flag);
      continue;
    }
    auto status = LoadFile(flag.value, settings);
    if (!status.ok()) return status;
  }
  auto status = Set(FromEnvironment(prefix), settings);
  if (status.ok()) status = Set(set, settings);
  return status.ok() ? CheckNumbers(*settings) : status;
}

}  // namespace modelservice
