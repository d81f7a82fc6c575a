// The command `scaffold`: .proto files with services for the models that have
// none.
#ifndef MODELSERVICE_MANAGE_SCAFFOLD_H_
#define MODELSERVICE_MANAGE_SCAFFOLD_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

inline constexpr Flag kScaffoldFlags[] = {
    {"proto-path", "DIR[,DIR2...]",
     "where imports start from (default: the working folder)"},
    {"style", "django|aip",
     "whose methods, for models that say none (default: django)"},
    {"out", "DIR", "where to write (default: beside the models)"},
};

// Writes none that is there.
absl::Status Scaffold(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_SCAFFOLD_H_
