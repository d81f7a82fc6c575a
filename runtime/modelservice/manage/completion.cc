#include "modelservice/manage/completion.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace modelservice {

namespace {

using WordsOfCommands =
    std::vector<std::pair<std::string, std::vector<std::string>>>;

std::string CommandWords(const WordsOfCommands& words_of_commands) {
  return absl::StrJoin(words_of_commands, " ",
                       [](std::string* out, const auto& command) {
                         absl::StrAppend(out, command.first);
                       });
}

// A branch of `case` for each command, that sets what it has behind it.
std::string ShellCases(const WordsOfCommands& words_of_commands,
                       absl::string_view before, absl::string_view behind) {
  std::string cases;
  for (const auto& [command, words] : words_of_commands) {
    absl::StrAppend(&cases, "      ", command, ") ", before,
                    absl::StrJoin(words, " "), behind, " ;;\n");
  }
  return cases;
}

std::string ForBash(absl::string_view function, absl::string_view name,
                    const WordsOfCommands& words) {
  return absl::StrCat(function, "() {\n  local words=\"", CommandWords(words),
                      "\"\n  if [[ $COMP_CWORD -gt 1 ]]; then\n"
                      "    words=\"\"\n    case \"${COMP_WORDS[1]}\" in\n",
                      ShellCases(words, "words=\"", "\""),
                      "    esac\n  fi\n"
                      "  COMPREPLY=($(compgen -W \"$words\" -- "
                      "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
                      "}\ncomplete -o default -F ",
                      function, " ", name, "\n");
}

// What is no word of the command's, and what follows a flag's "=", is a file.
std::string ForZsh(absl::string_view function, absl::string_view name,
                   const WordsOfCommands& words) {
  return absl::StrCat(
      // A shell without a .zshrc has not loaded what completes.
      "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i; "
      "}\n",
      function, "() {\n  local -a names=(", CommandWords(words),
      ")\n  if (( CURRENT > 2 )); then\n"
      "    names=()\n    case \"$words[2]\" in\n",
      ShellCases(words, "names=(", ")"),
      "    esac\n  fi\n"
      "  if compset -P '--*='; then _files; return; fi\n"
      "  compadd -a names || _files\n"
      "}\ncompdef ",
      function, " ", name, "\n");
}

// Behind the command files are completed, too, and what follows a flag's "=".
std::string ForFish(absl::string_view function, absl::string_view name,
                    const WordsOfCommands& words_of_commands) {
  std::string cases;
  for (const auto& [command, words] : words_of_commands) {
    if (words.empty()) continue;
    absl::StrAppend(&cases, "      case ", command, "\n        printf '%s\\n' ",
                    absl::StrJoin(words, " "), "\n");
  }
  return absl::StrCat(
      "function ", function,
      "\n  set -l words (commandline -opc)\n"
      // FOO=bar in front of the program.
      "  while string match -qr -- '^\\w+=' $words[1]; set -e words[1]; end\n"
      "  if test (count $words) -lt 2\n    printf '%s\\n' ",
      CommandWords(words_of_commands), "\n  else\n    switch $words[2]\n",
      cases, "    end\n  end\nend\ncomplete -c ", name,
      " -n 'test (count (commandline -opc)) -lt 2' -f\ncomplete -c ", name,
      " -a '(", function, ")'\n");
}

}  // namespace

absl::StatusOr<std::string> CompletionScript(
    absl::string_view shell, absl::string_view program,
    const std::vector<std::pair<std::string, std::vector<std::string>>>&
        words_of_commands) {
  if (shell != "bash" && shell != "zsh" && shell != "fish") {
    return absl::InvalidArgumentError(
        absl::StrCat("completion: there is none for \"", shell,
                     "\"; write bash, zsh or fish"));
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
  if (shell == "fish") {
    return absl::StrCat("# ", name, " completion fish | source\n",
                        ForFish(function, name, words_of_commands));
  }
  return absl::StrCat("# source <(", name, " completion ", shell, ")\n",
                      shell == "zsh"
                          ? ForZsh(function, name, words_of_commands)
                          : ForBash(function, name, words_of_commands));
}

}  // namespace modelservice
