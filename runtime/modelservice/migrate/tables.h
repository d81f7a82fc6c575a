// Brings a database and the models together: makes the tables that are missing
// and says where the others differ.
#ifndef MODELSERVICE_MIGRATE_TABLES_H_
#define MODELSERVICE_MIGRATE_TABLES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/database.h"
#include "modelservice/schema/model.h"

namespace modelservice {

// FAILED_PRECONDITION naming the first table that is missing or lacks a column.
absl::Status CheckTables(Database& database,
                         absl::Span<const Model* const> models);

// Makes every missing table, all in one transaction; returns their names. A
// table that is there is left as it is; FAILED_PRECONDITION, with nothing made,
// when it lacks a column.
absl::StatusOr<std::vector<std::string>> CreateMissingTables(
    Database& database, absl::Span<const Model* const> models);

// The DDL of every model's table, in an order in which references resolve.
std::string TablesSql(absl::Span<const Model* const> models,
                      const Dialect& dialect);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_TABLES_H_
