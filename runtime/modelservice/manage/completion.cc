#include "modelservice/manage/completion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace modelservice {

absl::StatusOr<std::string> CompletionScript(
    absl::string_view shell, absl::string_view program,
    const std::vector<std::pair<std::string, std::vector<std::string>>>&
        words_of_commands) {
  if (shell != "bash" && shell != "zsh") {
    return absl::InvalidArgumentError(absl::StrCat(
        "completion: there is none for \"", shell, "\"; write bash or zsh"));
  }
  const absl::string_view name = program.substr(program.rfind('/') + 1);
  const bool is_plain =
      !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
               c == '-' || c == '.';
      });
  if (!is_plain) {
    return absl::InvalidArgumentError(
        "completion: the program's name has characters that shells read in "
        "their own way; call it something plain");
  }
  std::string function = absl::StrCat("_complete_", name);
  std::replace_if(
      function.begin(), function.end(),
      [](char c) { return c == '-' || c == '.'; }, '_');
  std::string commands, cases;
  for (const auto& [command, words] : words_of_commands) {
    absl::StrAppend(&commands, commands.empty() ? "" : " ", command);
    absl::StrAppend(&cases, "    ", command, ") words=\"",
                    absl::StrJoin(words, " "), "\" ;;\n");
  }
  return absl::StrCat(
      "# source <(", name, " completion ", shell, ")\n",
      // zsh reads what is bash's.
      shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" : "",
      function, "() {\n  local words=\"", commands,
      "\"\n  if [[ $COMP_CWORD -gt 1 ]]; then\n    words=\"\"\n"
      "    case \"${COMP_WORDS[1]}\" in\n",
      cases,
      "    esac\n  fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- "
      "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
      "}\ncomplete -o default -F ",
      function, " ", name, "\n");
}

}  // namespace modelservice
