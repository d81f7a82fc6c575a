// Files that a command writes: whole, or not at all.
#ifndef MODELSERVICE_MANAGE_FILES_H_
#define MODELSERVICE_MANAGE_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

bool FileExists(const std::string& path);

// NOT_FOUND when there is none. The error is a line that names the file.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

// Makes a file that is not there; ALREADY_EXISTS, in Django's words, when it
// is.
absl::Status CreateFile(const std::string& path, absl::string_view content);

// Puts `content` in the place of the file's. Whoever reads it meanwhile finds
// either.
absl::Status ReplaceFile(const std::string& path, absl::string_view content);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_FILES_H_
