// The log: one line a message on standard error, with time and severity.
//
//   Log(Severity::kError, absl::StrCat("cannot open ", path));
//
// Thread-safe.
#ifndef MODELSERVICE_LOG_H_
#define MODELSERVICE_LOG_H_

#include "absl/strings/string_view.h"

namespace modelservice {

enum class Severity { kInfo, kWarning, kError };

// Writes one line; line breaks in `text` become spaces.
void Log(Severity severity, absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_LOG_H_
