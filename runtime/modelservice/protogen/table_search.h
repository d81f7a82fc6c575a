// The tables that the flags of generateproto name.
#ifndef MODELSERVICE_PROTOGEN_TABLE_SEARCH_H_
#define MODELSERVICE_PROTOGEN_TABLE_SEARCH_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/introspect/catalog.h"

namespace modelservice::proto {

struct FoundTable {
  const catalog::Table* table;
  // Whether only a pattern names it: then it may be left out.
  bool by_pattern = false;
};

// Those that `wanted` names or, by * and ?, matches, without those that
// `excluded` names; in the order of `wanted`. Patterns match no table that a
// virtual one keeps its data in. Adds the entries of `excluded` that were of
// use to `used`. The error names what is not there, and the nearest names that
// are.
absl::StatusOr<std::vector<FoundTable>> FindTables(
    const catalog::Catalog& catalog, const std::vector<std::string>& wanted,
    const std::vector<std::string>& excluded, std::set<std::string>* used);

// An error that says why the table makes no message, and the mend.
absl::Status CheckTable(const catalog::Table& table);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_TABLE_SEARCH_H_
