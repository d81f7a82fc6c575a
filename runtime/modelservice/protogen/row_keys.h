// What finds a row where there is no primary key.
#ifndef MODELSERVICE_PROTOGEN_ROW_KEYS_H_
#define MODELSERVICE_PROTOGEN_ROW_KEYS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/introspect/catalog.h"

namespace modelservice::proto {

// Columns by the full name of their table.
using RowKeys = std::map<std::string, std::vector<std::string>>;

// Reads `totals=customer,day;other=id`. The error says what is wrong with it.
absl::StatusOr<RowKeys> ParseRowKeys(absl::string_view text);

// Gives each table without a primary key one: what `keys` says, or its first
// UNIQUE over columns that are NOT NULL. A view has what `keys` says alone.
// Returns what is to be said of those tables, by their full names. The error
// names what is not there.
absl::StatusOr<std::map<std::string, std::string>> GiveKeys(
    const RowKeys& keys, catalog::Catalog* catalog);

}  // namespace modelservice::proto

#endif  // MODELSERVICE_PROTOGEN_ROW_KEYS_H_
