// Which columns of a row that is there somebody may write.
#ifndef MODELSERVICE_ORM_WRITTEN_COLUMNS_H_
#define MODELSERVICE_ORM_WRITTEN_COLUMNS_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// Those that an update by a message writes: whose a row is, and whether it is
// there, is not for a message to say.
std::vector<int> WrittenColumns(const Table& table);

// INVALID_ARGUMENT for a column that `verb`, of many rows, may not set: whose
// they are, whether they are there, and, twice, any.
absl::Status CheckSettable(const Table& table, absl::string_view verb,
                           const std::vector<int>& columns);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_WRITTEN_COLUMNS_H_
