// What a new version of models makes of tables that an old one has filled, and
// what servers of both do to each other on one database meanwhile.
#ifndef MODELSERVICE_MANAGE_SCHEMA_DIFF_H_
#define MODELSERVICE_MANAGE_SCHEMA_DIFF_H_

#include <vector>

#include "modelservice/manage/diff_models.h"
#include "modelservice/manage/finding.h"

namespace modelservice {

// Models and columns are found again as migrations find them
// (migrate/schema_change.h): by what they are renamed from, by their messages
// and their fields' numbers, by their names. Statements and locks are
// PostgreSQL's, unless the models are for SQLite alone.
std::vector<Finding> SchemaDiff(const std::vector<ModelVersion>& older,
                                const std::vector<ModelVersion>& newer);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_SCHEMA_DIFF_H_
