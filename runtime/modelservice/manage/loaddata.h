// The command `loaddata`: records that dumpdata wrote, as rows.
#ifndef MODELSERVICE_MANAGE_LOADDATA_H_
#define MODELSERVICE_MANAGE_LOADDATA_H_

#include "absl/status/status.h"
#include "modelservice/manage/command.h"

namespace modelservice {

inline constexpr Flag kLoadDataFlags[] = {
    {"format", "jsonl|textproto|binary",
     "how records are written (default: by FILE's ending, else jsonl)"},
    {"batch", "N", "commit every N rows (default: all at the end)"},
    {"one", "transaction", "commit all at the end, or nothing; the default"},
    {"upsert", "", "write over rows that have the same key"},
};

absl::Status LoadData(const Invocation& call);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_LOADDATA_H_
