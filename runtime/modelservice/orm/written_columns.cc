#include "modelservice/orm/written_columns.h"

#include <set>

#include "absl/strings/str_cat.h"

namespace modelservice {
namespace {

bool IsOfTheRowItself(const Column& column) {
  return column.role == Role::kDeleteTime || column.role == Role::kTenant;
}

}  // namespace

std::vector<int> WrittenColumns(const Table& table) {
  std::vector<int> columns;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    if (column.primary_key || IsOfTheRowItself(column)) continue;
    columns.push_back(static_cast<int>(i));
  }
  return columns;
}

absl::Status CheckSettable(const Table& table, absl::string_view verb,
                           const std::vector<int>& columns) {
  std::set<int> seen;
  for (const int position : columns) {
    const Column& column = table.columns[static_cast<size_t>(position)];
    const auto refuse = [&](absl::string_view reason) {
      return absl::InvalidArgumentError(absl::StrCat(
          verb, ": ", table.message, ".", column.field, " ", reason));
    };
    if (column.role == Role::kTenant) {
      return refuse("says whose a row is, which nothing changes");
    }
    if (column.role == Role::kDeleteTime) {
      return refuse("is written by Delete and Undelete alone");
    }
    if (!seen.insert(position).second) return refuse("is set twice");
  }
  return absl::OkStatus();
}

}  // namespace modelservice
