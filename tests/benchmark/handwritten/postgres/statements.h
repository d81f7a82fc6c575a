// The statements that each lane has prepared, by name.
#ifndef TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STATEMENTS_H_
#define TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STATEMENTS_H_

#include "absl/status/status.h"
#include "handwritten/postgres/connection.h"

namespace handwritten::postgres {

constexpr char kRetrieve[] = "retrieve";  // $1 id; gives the row
constexpr char kList[] = "list";          // $1 after this id, $2 the most rows
constexpr char kCreate[] = "create";      // $1-$5 the columns; gives the key
constexpr char kUpdate[] = "update";      // $1-$5 the columns, $6 id
constexpr char kDestroy[] = "destroy";    // $1 id

// The name of the update of some columns, a UserColumn each, of which there is
// at least one: $1... these columns, then id; gives the row.
const char* PartialUpdateOf(unsigned columns);

absl::Status PrepareAll(Connection& connection);

}  // namespace handwritten::postgres

#endif  // TESTS_BENCHMARK_HANDWRITTEN_POSTGRES_STATEMENTS_H_
