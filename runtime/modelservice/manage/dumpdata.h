// The command `dumpdata`: the rows of the models, as records of a file that
// loaddata takes, on whatever database.
#ifndef MODELSERVICE_MANAGE_DUMPDATA_H_
#define MODELSERVICE_MANAGE_DUMPDATA_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

inline constexpr Flag kDumpDataFlags[] = {
    {"model", "M[,M2...]",
     "the models, by their messages' names (default: all)"},
    {"output", "FILE", "where to (default: standard output)"},
    {"format", "jsonl|textproto|binary",
     "how records are written (default: by FILE's ending, else jsonl)"},
};

// Of one snapshot, each model's rows in the order of their keys, behind the
// rows that they refer to.
absl::Status DumpData(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_DUMPDATA_H_
