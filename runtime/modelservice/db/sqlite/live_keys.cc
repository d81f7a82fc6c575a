#include "modelservice/db/sqlite/live_keys.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/db/copied_rows.h"

namespace modelservice::sqlite {
namespace {

constexpr int kMostKeys = 1000;

bool MayDiffer(const Column& field, const LiveColumn& live) {
  switch (live.kind) {
    case ColumnKind::kTimestamp:
    case ColumnKind::kUuid:
    case ColumnKind::kDate:
    case ColumnKind::kTime:
      return true;
    case ColumnKind::kText:
      return live.fixed_length || field.format == Format::kUuid ||
             field.format == Format::kDate || field.format == Format::kTime;
    default:
      return false;
  }
}

// Where the values of a column are that requests name.
struct Place {
  absl::string_view table;
  absl::string_view column;
  bool is_own = false;
};

// Nothing for a column that is in no key.
std::optional<Place> PlaceOf(const Table& table, int position) {
  const Column& field = table.columns[static_cast<size_t>(position)];
  // The row that is referred to has to be found.
  if (field.reference != nullptr) {
    return Place{field.reference->table, field.reference->column};
  }
  for (const ForeignKey& key : table.foreign_keys) {
    const auto* const part =
        std::find(key.columns.begin(), key.columns.end(), position);
    if (part == key.columns.end()) continue;
    const auto nth = static_cast<size_t>(part - key.columns.begin());
    return Place{key.to.table, key.referenced[nth]};
  }
  const bool is_own =
      field.unique ||
      std::find(table.key.begin(), table.key.end(), position) !=
          table.key.end() ||
      std::any_of(
          table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
            return index.unique &&
                   std::any_of(index.columns.begin(), index.columns.end(),
                               [&](const IndexColumn& part) {
                                 return part.column == position;
                               });
          });
  if (!is_own) return std::nullopt;
  return Place{table.name, field.name, true};
}

}  // namespace

absl::Status ReadKeys(Database& database, const Table& table,
                      std::vector<LiveColumn>* columns) {
  for (LiveColumn& live : *columns) {
    const auto* const field = std::find_if(
        table.columns.begin(), table.columns.end(), [&](const Column& column) {
          return absl::EqualsIgnoreCase(column.name, live.name);
        });
    if (field == table.columns.end() || field->type != FieldType::kString ||
        !MayDiffer(*field, live)) {
      continue;
    }
    const std::optional<Place> place =
        PlaceOf(table, static_cast<int>(field - table.columns.begin()));
    if (!place.has_value()) continue;
    std::string name;
    std::string from;
    AppendIdentifier(place->column, &name);
    AppendIdentifier(place->table, &from);
    const std::string sql =
        absl::StrCat("SELECT CAST(", name, " AS TEXT) FROM ", from, " WHERE ",
                     name, " IS NOT NULL LIMIT ", kMostKeys);
    Statement statement;
    statement.text = sql;
    CopiedRows rows;
    const absl::Status status =
        database.Run(std::move(statement), rows).status();
    // What is referred to may not be there yet.
    if (!status.ok() && place->is_own) return status;
    if (status.ok()) live.keys = rows.FirstTexts();
  }
  return absl::OkStatus();
}

}  // namespace modelservice::sqlite
