// The keys that are in an SQLite file, whose texts other programs spell in
// several ways: SQLite compares them by their bytes.
#ifndef MODELSERVICE_DB_SQLITE_LIVE_KEYS_H_
#define MODELSERVICE_DB_SQLITE_LIVE_KEYS_H_

#include <vector>

#include "absl/status/status.h"
#include "modelservice/database.h"

namespace modelservice::sqlite {

// Reads some of the times and UUIDs that are in the columns of a key - the
// table's own, a unique one, one of another table - into LiveColumn::keys; of
// a foreign key those that it may name.
absl::Status ReadKeys(Database& database, const Table& table,
                      std::vector<LiveColumn>* columns);

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_LIVE_KEYS_H_
