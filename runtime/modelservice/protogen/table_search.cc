#include "modelservice/protogen/table_search.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "modelservice/protogen/proto_names.h"
#include "modelservice/schema/own_tables.h"

namespace modelservice::proto {
namespace {

bool IsPattern(absl::string_view name) {
  return name.find_first_of("*?") != absl::string_view::npos;
}

bool Matches(absl::string_view name, absl::string_view pattern) {
  if (pattern.empty()) return name.empty();
  if (pattern[0] == '*') {
    return Matches(name, pattern.substr(1)) ||
           (!name.empty() && Matches(name.substr(1), pattern));
  }
  return !name.empty() && (pattern[0] == '?' || pattern[0] == name[0]) &&
         Matches(name.substr(1), pattern.substr(1));
}

std::vector<std::string> TableNames(const catalog::Catalog& catalog) {
  std::vector<std::string> names;
  for (const catalog::Table& table : catalog.tables) {
    names.push_back(table.FullName());
  }
  return names;
}

}  // namespace

absl::StatusOr<std::vector<FoundTable>> FindTables(
    const catalog::Catalog& catalog, const std::vector<std::string>& wanted,
    const std::vector<std::string>& excluded, std::set<std::string>* used) {
  std::vector<FoundTable> tables;
  const auto is_excluded = [&](const catalog::Table& table) {
    bool found = false;
    for (const std::string& unwanted : excluded) {
      if (table.FullName() == unwanted ||
          (IsPattern(unwanted) && Matches(table.FullName(), unwanted))) {
        used->insert(unwanted);
        found = true;
      }
    }
    return found;
  };
  for (const std::string& name : wanted) {
    std::vector<const catalog::Table*> found;
    const bool by_pattern = IsPattern(name);
    if (by_pattern) {
      for (const catalog::Table& table : catalog.tables) {
        if (Matches(table.FullName(), name) && !table.shadow &&
            !IsOwnTable(table.name)) {
          found.push_back(&table);
        }
      }
    } else if (const catalog::Table* table = catalog.Find(name)) {
      found.push_back(table);
    }
    const bool has_any =
        std::any_of(catalog.tables.begin(), catalog.tables.end(),
                    [](const catalog::Table& table) {
                      return !table.shadow && !IsOwnTable(table.name);
                    });
    if (found.empty() && !has_any) {
      return absl::NotFoundError("there is no table in the database");
    }
    if (found.empty()) {
      const std::string near = DidYouMean(name, TableNames(catalog));
      return absl::NotFoundError(absl::StrCat(
          "there is no table \"", name, "\"", near, near.empty() ? ";" : "",
          " --list shows all that there are"));
    }
    for (const catalog::Table* table : found) {
      const auto known = std::find_if(
          tables.begin(), tables.end(),
          [&](const FoundTable& other) { return other.table == table; });
      if (known != tables.end()) {
        known->by_pattern = known->by_pattern && by_pattern;
      } else if (!is_excluded(*table)) {
        tables.push_back({table, by_pattern});
      }
    }
  }
  return tables;
}

absl::Status CheckTable(const catalog::Table& table) {
  if (table.name.empty()) {
    return absl::FailedPreconditionError("there is a table without a name");
  }
  if (!table.fault.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "table \"", table.FullName(), "\" cannot be read: ", table.fault));
  }
  if (!table.primary_key.empty()) return absl::OkStatus();
  const absl::string_view what =
      table.kind == catalog::Table::Kind::kView      ? "is a view and "
      : table.kind == catalog::Table::Kind::kVirtual ? "is a virtual table and "
      : table.kind == catalog::Table::Kind::kForeign ? "is a foreign table and "
                                                     : "";
  return absl::FailedPreconditionError(absl::StrCat(
      "\"", table.FullName(), "\" ", what,
      "has no primary key, by which a row is found",
      what.empty() ? ", and no UNIQUE over NOT NULL columns; give it one" : "",
      "; --key=", table.FullName(), "=COLUMN[,COLUMN...] says what is unique"));
}

}  // namespace modelservice::proto
