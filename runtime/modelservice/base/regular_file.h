// Files that settings name, like those of keys.
//
//   absl::StatusOr<std::string> key = ReadRegularFile(path, 1 << 20);
//   if (!key.ok()) return Error(path, key.status().message());
//
// What is no file is refused at once: a FIFO that nobody writes, or a terminal,
// would be waited for for ever, and a device may have no end. Thread-safe.
#ifndef MODELSERVICE_BASE_REGULAR_FILE_H_
#define MODELSERVICE_BASE_REGULAR_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

// The content. The error's message goes behind a file's name: NOT_FOUND "cannot
// be read: No such file or directory", INVALID_ARGUMENT "is a FIFO; name a
// file" or "has more than 1048576 bytes".
absl::StatusOr<std::string> ReadRegularFile(const std::string& path,
                                            size_t most_bytes);

// Whether ReadRegularFile would find a file to open; for those that a library
// reads by itself.
absl::Status CheckRegularFile(const std::string& path);

}  // namespace modelservice

#endif  // MODELSERVICE_BASE_REGULAR_FILE_H_
