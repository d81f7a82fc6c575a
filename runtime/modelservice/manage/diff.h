// The command `diff`: one verdict on two versions of .proto files.
#ifndef MODELSERVICE_MANAGE_DIFF_H_
#define MODELSERVICE_MANAGE_DIFF_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

inline constexpr Flag kDiffFlags[] = {
    {"proto-path", "DIR[,DIR2...]",
     "where imports start from (default: the folder of each)"},
};

// Ends the program with 1 where something breaks; every other error is a fault,
// 2.
absl::Status Diff(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_DIFF_H_
