#include "modelservice/server/settings.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "modelservice/compat.h"

extern char** environ;

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;

constexpr absl::string_view kPrefix = "MODELSERVICE_";
constexpr absl::string_view kCount = "a whole number of at least 1";
constexpr absl::string_view kDuration = "a number of at least 0";

std::string Names() {
  std::vector<std::string> names;
  const auto* type = Settings::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    names.push_back(compat::Str(type->field(i)->name()));
  }
  return absl::StrJoin(names, ", ");
}

const FieldDescriptor* FindSetting(absl::string_view name) {
  return Settings::descriptor()->FindFieldByName(
      absl::StrReplaceAll(name, {{"-", "_"}}));
}

absl::Status Wrong(absl::string_view origin, absl::string_view text,
                   absl::string_view wanted) {
  return absl::InvalidArgumentError(
      absl::StrCat(origin, ": \"", text, "\" is not ", wanted));
}

absl::Status LoadFile(const std::string& path, Settings* settings) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  // A folder opens, too, but cannot be read.
  if (file && file.peek() != std::ifstream::traits_type::eof()) {
    content << file.rdbuf();
  }
  if (!file.is_open() || file.bad()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--config: cannot read ", path));
  }
  Settings loaded;
  if (absl::EndsWith(path, ".json")) {
    const auto status =
        google::protobuf::util::JsonStringToMessage(content.str(), &loaded);
    if (!status.ok()) {
      // Its first line; the others show the place in the text.
      const std::string fault = status.ToString();
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": ", fault.substr(0, fault.find('\n'))));
    }
  } else {
    compat::FirstError error;
    google::protobuf::TextFormat::Parser parser;
    parser.RecordErrorsTo(&error);
    if (!parser.ParseFromString(content.str(), &loaded)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", error.text, "; the settings are ", Names()));
    }
  }
  settings->MergeFrom(loaded);
  return absl::OkStatus();
}

absl::Status LoadEnvironment(Settings* settings) {
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const absl::string_view entry = *variable;
    if (!absl::StartsWith(entry, kPrefix)) continue;
    const size_t equals = entry.find('=');
    const absl::string_view name = entry.substr(0, equals);
    auto status = SetSetting(
        absl::AsciiStrToLower(name.substr(kPrefix.size())),
        equals == absl::string_view::npos ? "" : entry.substr(equals + 1), name,
        settings);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

// What a file may have set, and the type alone does not forbid.
absl::Status CheckValues(const Settings& settings) {
  if (settings.workers() < 1) {
    return Wrong("workers", absl::StrCat(settings.workers()), kCount);
  }
  if (settings.max_request_bytes() < 1) {
    return Wrong("max_request_bytes",
                 absl::StrCat(settings.max_request_bytes()), kCount);
  }
  if (!(settings.grace_period() >= 0)) {  // NaN is not
    return Wrong("grace_period", absl::StrCat(settings.grace_period()),
                 kDuration);
  }
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
      return absl::InvalidArgumentError(absl::StrCat(
          "unexpected argument \"", argument, "\"; settings are --name=value"));
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
                       Names()));
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

std::string DefaultText(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return compat::Str(field.default_value_string());
    case FieldDescriptor::CPPTYPE_BOOL:
      return field.default_value_bool() ? "true" : "false";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(field.default_value_double());
    default:
      return absl::StrCat(field.default_value_int32());
  }
}

}  // namespace

absl::Status SetSetting(absl::string_view name, absl::string_view text,
                        absl::string_view origin, Settings* settings) {
  const FieldDescriptor* field = FindSetting(name);
  if (field == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown setting ", origin, "; the settings are ", Names()));
  }
  const auto& reflection = *settings->GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      reflection.SetString(settings, field, std::string(text));
      return absl::OkStatus();
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool value;
      if (!absl::SimpleAtob(text, &value)) {
        return Wrong(origin, text, "true or false");
      }
      reflection.SetBool(settings, field, value);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      double value;
      if (!absl::SimpleAtod(text, &value) || !(value >= 0)) {
        return Wrong(origin, text, kDuration);
      }
      reflection.SetDouble(settings, field, value);
      return absl::OkStatus();
    }
    default: {
      int32_t value;
      if (!absl::SimpleAtoi(text, &value) || value < 1) {
        return Wrong(origin, text, kCount);
      }
      reflection.SetInt32(settings, field, value);
      return absl::OkStatus();
    }
  }
}

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
    if (flag.name == "--config") continue;
    auto status =
        SetSetting(flag.name.substr(2), flag.value, flag.name, &settings);
    if (!status.ok()) return status;
  }
  if (auto status = CheckValues(settings); !status.ok()) return status;
  return settings;
}

std::string SettingsHelp() {
  std::string help;
  const auto* type = Settings::descriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    absl::StrAppend(&help, "  --", compat::Str(field.name()), "=VALUE");
    if (field.has_default_value()) {
      absl::StrAppend(&help, "  (default ", DefaultText(field), ")");
    }
    absl::StrAppend(&help, "\n");
  }
  return help;
}

}  // namespace modelservice
