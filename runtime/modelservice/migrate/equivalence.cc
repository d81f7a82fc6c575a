#include "modelservice/migrate/equivalence.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "modelservice/introspect/sql_rules.h"

namespace modelservice {
namespace {

std::string Lower(absl::string_view name) {
  return absl::AsciiStrToLower(name);
}

bool SayTheSame(const catalog::ColumnRule& a, const catalog::ColumnRule& b) {
  return absl::EqualsIgnoreCase(a.column, b.column) && a.min == b.min &&
         a.max == b.max && a.above_min == b.above_min &&
         a.below_max == b.below_max && a.in == b.in;
}

// Each column with the one that it refers to. SQLite takes a key whose table
// has fewer columns in its own; nothing keeps such a one.
std::set<std::pair<std::string, std::string>> PairsOf(
    const ReferenceSpec& key) {
  std::set<std::pair<std::string, std::string>> pairs;
  if (key.columns.size() != key.referenced.size()) return pairs;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    pairs.emplace(Lower(key.columns[i]), Lower(key.referenced[i]));
  }
  return pairs;
}

}  // namespace

std::set<std::string> ColumnsOf(const IndexSpec& index) {
  std::set<std::string> columns;
  for (const ColumnOrder& part : index.parts) {
    columns.insert(Lower(part.column));
  }
  return columns;
}

std::set<std::string> SetOf(const std::vector<std::string>& columns) {
  std::set<std::string> set;
  for (const std::string& column : columns) set.insert(Lower(column));
  return set;
}

bool IsOver(const IndexSpec& index, const std::set<std::string>& columns) {
  const std::set<std::string> has = ColumnsOf(index);
  return index.beyond == "INCLUDE"
             ? std::includes(has.begin(), has.end(), columns.begin(),
                             columns.end())
             : has == columns;
}

bool AreUnique(const TableSpec& table, const std::set<std::string>& columns,
               bool partly) {
  if (SetOf(table.primary_key) == columns) return true;
  return std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const IndexSpec& index) {
                       return index.unique && (partly || index.where.empty()) &&
                              IsOver(index, columns);
                     });
}

bool Serves(const IndexSpec& live, const IndexSpec& wanted) {
  if (live.parts.size() < wanted.parts.size() || !live.beyond.empty() ||
      live.where.empty() != wanted.where.empty()) {
    return false;
  }
  bool same = true;
  bool turned = true;
  for (size_t i = 0; i < wanted.parts.size(); ++i) {
    const ColumnOrder& a = live.parts[i];
    const ColumnOrder& b = wanted.parts[i];
    if (!absl::EqualsIgnoreCase(a.column, b.column)) return false;
    same = same && a.descending == b.descending;
    turned = turned && a.descending != b.descending;
  }
  return same || turned;
}

bool ReferToTheSame(const ReferenceSpec& a, const ReferenceSpec& b) {
  // What the search path finds has no schema.
  return absl::EqualsIgnoreCase(a.table, b.table) &&
         (a.schema.empty() || b.schema.empty() ||
          absl::EqualsIgnoreCase(a.schema, b.schema)) &&
         PairsOf(a) == PairsOf(b);
}

bool IsSame(const CheckSpec& a, const CheckSpec& b) {
  if (catalog::Bare(a.sql) == catalog::Bare(b.sql)) return true;
  const auto one = catalog::ParseCheck(a.sql);
  const auto other = catalog::ParseCheck(b.sql);
  return one.has_value() && other.has_value()
             ? SayTheSame(*one, *other)
             : absl::EqualsIgnoreCase(a.name, b.name);
}

}  // namespace modelservice
