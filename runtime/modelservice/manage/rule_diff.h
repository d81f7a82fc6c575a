// What two versions of one table ask of its rows: keys, indexes, checks and
// references.
#ifndef MODELSERVICE_MANAGE_RULE_DIFF_H_
#define MODELSERVICE_MANAGE_RULE_DIFF_H_

#include <string>
#include <utility>
#include <vector>

#include "modelservice/manage/diff_models.h"
#include "modelservice/manage/finding.h"

namespace modelservice {

inline constexpr char kBeforeNew[] =
    "migrate before the first new server starts";
inline constexpr char kAfterOld[] = "migrate when the last old server is gone";

// As of TableDiff (table_diff.h).
std::vector<Finding> RuleDiff(
    const ModelVersion& older, const ModelVersion& newer,
    const std::vector<std::pair<std::string, std::string>>& columns);

// The statement, or what to do where the database has none for it.
std::string SqlOrAdvice(std::string sql);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_RULE_DIFF_H_
