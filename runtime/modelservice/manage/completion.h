// What shells complete of a program's commands, flags and settings.
#ifndef MODELSERVICE_MANAGE_COMPLETION_H_
#define MODELSERVICE_MANAGE_COMPLETION_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// A script for `shell`, "bash", "zsh" or "fish", that completes the arguments
// of the program called `program`: its commands, and behind each the words of
// it. INVALID_ARGUMENT for another shell.
absl::StatusOr<std::string> CompletionScript(
    absl::string_view shell, absl::string_view program,
    const std::vector<std::pair<std::string, std::vector<std::string>>>&
        words_of_commands);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_COMPLETION_H_
