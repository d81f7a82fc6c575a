// The same of one table. Whatever else compares two TableSpecs can stand in its
// place.
#ifndef MODELSERVICE_MANAGE_TABLE_DIFF_H_
#define MODELSERVICE_MANAGE_TABLE_DIFF_H_

#include <string>
#include <utility>
#include <vector>

#include "modelservice/manage/diff_models.h"
#include "modelservice/manage/finding.h"

namespace modelservice {

// `columns` are those that both have, by their names before and after. Keys,
// indexes and references of `older.made` have the names of `newer` already.
std::vector<Finding> TableDiff(
    const ModelVersion& older, const ModelVersion& newer,
    const std::vector<std::pair<std::string, std::string>>& columns);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_TABLE_DIFF_H_
