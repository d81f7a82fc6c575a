#include "modelservice/protogen/row_keys.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "modelservice/protogen/proto_names.h"

namespace modelservice::proto {
namespace {

std::vector<std::string> ColumnsOf(const catalog::Index& index) {
  std::vector<std::string> columns;
  for (const catalog::IndexPart& part : index.parts) {
    columns.push_back(part.column);
  }
  return columns;
}

// Whether no two rows are equal in its columns, and none lacks a value there.
bool FindsRows(const catalog::Table& table, const catalog::Index& index) {
  return index.unique && index.where.empty() && index.beyond.empty() &&
         std::all_of(index.parts.begin(), index.parts.end(),
                     [&](const catalog::IndexPart& part) {
                       const auto* column = table.FindColumn(part.column);
                       return column != nullptr && !column->nullable;
                     });
}

void SetKey(const std::vector<std::string>& columns, catalog::Table* table) {
  table->primary_key = columns;
  for (catalog::Column& column : table->columns) {
    if (table->IsKey(column.name)) column.nullable = false;
  }
  // It is unique as a key is.
  auto& indexes = table->indexes;
  indexes.erase(std::remove_if(indexes.begin(), indexes.end(),
                               [&](const catalog::Index& index) {
                                 return index.unique && index.where.empty() &&
                                        index.beyond.empty() &&
                                        ColumnsOf(index) == columns;
                               }),
                indexes.end());
}

absl::Status CheckColumns(const catalog::Table& table,
                          const std::vector<std::string>& columns) {
  for (const std::string& name : columns) {
    if (table.FindColumn(name) != nullptr) continue;
    std::vector<std::string> names;
    for (const catalog::Column& column : table.columns) {
      names.push_back(column.name);
    }
    return absl::InvalidArgumentError(
        absl::StrCat("--key: \"", table.FullName(), "\" has no column \"", name,
                     "\"", DidYouMean(name, names)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RowKeys> ParseRowKeys(absl::string_view text) {
  RowKeys keys;
  for (const absl::string_view entry :
       absl::StrSplit(text, ';', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    std::vector<std::string> columns =
        absl::StrSplit(parts.second, ',', absl::SkipEmpty());
    if (parts.first.empty() || columns.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--key: \"", entry,
          "\" is no key; write TABLE=COLUMN[,COLUMN...], and \";\" between "
          "tables"));
    }
    keys[parts.first] = std::move(columns);
  }
  return keys;
}

absl::StatusOr<std::map<std::string, std::string>> GiveKeys(
    const RowKeys& keys, catalog::Catalog* catalog) {
  std::map<std::string, std::string> notes;
  for (const auto& [name, columns] : keys) {
    const catalog::Table* found = catalog->Find(name);
    if (found == nullptr) {
      return absl::NotFoundError(absl::StrCat("--key: there is no table \"",
                                              name,
                                              "\"; --list shows all that "
                                              "there are"));
    }
    catalog::Table& table =
        catalog->tables[static_cast<size_t>(found - catalog->tables.data())];
    if (!table.primary_key.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--key: \"", name, "\" has a primary key (",
                       absl::StrJoin(table.primary_key, ", "), "); drop it"));
    }
    if (auto status = CheckColumns(table, columns); !status.ok()) {
      return status;
    }
    SetKey(columns, &table);
    notes[table.FullName()] =
        absl::StrCat("Without a primary key: (", absl::StrJoin(columns, ", "),
                     ") is taken for one.");
  }
  for (catalog::Table& table : catalog->tables) {
    if (!table.primary_key.empty() ||
        table.kind != catalog::Table::Kind::kTable) {
      continue;
    }
    const auto index = std::find_if(table.indexes.begin(), table.indexes.end(),
                                    [&](const catalog::Index& candidate) {
                                      return FindsRows(table, candidate);
                                    });
    if (index == table.indexes.end()) continue;
    const std::vector<std::string> columns = ColumnsOf(*index);
    SetKey(columns, &table);
    notes[table.FullName()] =
        absl::StrCat("Without a primary key: (", absl::StrJoin(columns, ", "),
                     ") is UNIQUE and NOT NULL, and taken for one.");
  }
  return notes;
}

}  // namespace modelservice::proto
