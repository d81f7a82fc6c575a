// The keys that are in a database, whose texts other programs spell in several
// ways: SQLite compares times and UUIDs by their bytes, and every database its
// texts.
#ifndef MODELSERVICE_DB_LIVE_KEYS_H_
#define MODELSERVICE_DB_LIVE_KEYS_H_

#include <vector>

#include "absl/status/status.h"
#include "modelservice/database.h"

namespace modelservice {

// Reads some of the times and UUIDs that are in the columns of a key - the
// table's own, a unique one, one of another table - into LiveColumn::keys; of
// a foreign key those that it may name.
absl::Status ReadKeys(Database& database, const Table& table,
                      std::vector<LiveColumn>* columns);

}  // namespace modelservice

#endif  // MODELSERVICE_DB_LIVE_KEYS_H_
