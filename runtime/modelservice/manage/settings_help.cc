#include "modelservice/manage/settings_help.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/setting_value.h"
#include "modelservice/config.pb.h"
#include "modelservice/manage/settings_text.h"

namespace modelservice {
namespace {

using ::google::protobuf::FieldDescriptor;

constexpr absl::string_view kTitle =
    "also read from --config=FILE (textproto or JSON) and from variables\n"
    "like MODELSERVICE_ADDRESS:\n";

constexpr absl::string_view kShared[] = {"database", "database_file",
                                         "log_level", "log_format"};

// What commands look at besides these; `serve`, and a program's own, at all.
struct CommandSettings {
  absl::string_view command;
  absl::string_view settings[2];
};
constexpr CommandSettings kOfCommands[] = {
    {"health", {"address"}},
    {"makemigrations", {}},
    {"migrate", {"authenticator"}},
    {"showmigrations", {}},
    {"check", {"authenticator"}},
    {"sqlmigrate", {"authenticator"}},
    {"dumpdata", {}},
    {"loaddata", {}},
    {"generateproto", {}},
    {"createtoken", {"authenticator"}},
};

bool IsShared(absl::string_view setting) {
  return std::find(std::begin(kShared), std::end(kShared), setting) !=
         std::end(kShared);
}

// In lines of 80 columns.
std::string Wrapped(absl::string_view text) {
  constexpr absl::string_view kIndent = "      ";
  constexpr size_t kWidth = 80;
  std::string lines;
  size_t column = 0;
  for (const absl::string_view word :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (column == 0 || column + 1 + word.size() > kWidth) {
      absl::StrAppend(&lines, column == 0 ? "" : "\n", kIndent, word);
      column = kIndent.size() + word.size();
    } else {
      absl::StrAppend(&lines, " ", word);
      column += 1 + word.size();
    }
  }
  return lines.empty() ? "" : absl::StrCat(lines, "\n");
}

std::string TextOf(const FieldDescriptor& field) {
  const std::string name =
      absl::StrCat(compat::Str(field.containing_type()->name()), ".",
                   compat::Str(field.name()));
  const absl::Span<const SettingText> texts = SettingTexts();
  const auto found =
      std::lower_bound(texts.begin(), texts.end(), name,
                       [](const SettingText& text, const std::string& wanted) {
                         return text.name < wanted;
                       });
  return found == texts.end() || found->name != name ? ""
                                                     : Wrapped(found->text);
}

template <class Wanted>
std::string HelpFor(const Wanted& wanted) {
  return SettingsHelp(
      *Settings::descriptor(),
      [&](const std::string& name,
          const FieldDescriptor& field) -> std::optional<std::string> {
        if (!wanted(name)) return std::nullopt;
        return TextOf(field);
      });
}

}  // namespace

bool LooksAt(absl::string_view command, absl::string_view setting) {
  if (IsShared(setting)) return true;
  for (const CommandSettings& of : kOfCommands) {
    if (of.command != command) continue;
    return std::find(std::begin(of.settings), std::end(of.settings), setting) !=
           std::end(of.settings);
  }
  return true;
}

std::string SettingsHelpOf(absl::string_view command) {
  return absl::StrCat("\nSettings, ", kTitle, HelpFor([&](absl::string_view s) {
                        return LooksAt(command, s);
                      }));
}

std::string AllSettingsHelp() {
  return absl::StrCat(
      "\nSettings of all commands, ", kTitle,
      HelpFor([](absl::string_view s) { return IsShared(s); }),
      "\nSettings of serve:\n",
      HelpFor([](absl::string_view s) { return !IsShared(s); }));
}

}  // namespace modelservice
