#include "modelservice/migrate/equivalence.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "modelservice/introspect/sql_rules.h"
#include "modelservice/schema/decimal_text.h"

namespace modelservice {
namespace {

std::string Folded(absl::string_view name, NameCase names) {
  return names == NameCase::kMatters ? std::string(name)
                                     : absl::AsciiStrToLower(name);
}

bool SayTheSame(const catalog::ColumnRule& a, const catalog::ColumnRule& b) {
  return absl::EqualsIgnoreCase(a.column, b.column) && a.min == b.min &&
         a.max == b.max && a.above_min == b.above_min &&
         a.below_max == b.below_max && a.in == b.in;
}

// Each column with the one that it refers to. SQLite takes a key whose table
// has fewer columns in its own; nothing keeps such a one.
std::set<std::pair<std::string, std::string>> PairsOf(const ReferenceSpec& key,
                                                      NameCase names) {
  std::set<std::pair<std::string, std::string>> pairs;
  if (key.columns.size() != key.referenced.size()) return pairs;
  for (size_t i = 0; i < key.columns.size(); ++i) {
    pairs.emplace(Folded(key.columns[i], names),
                  Folded(key.referenced[i], names));
  }
  return pairs;
}

// One value may be written in several ways: SQLite's programs write truths as
// texts, and numbers with as many digits as they like.
bool AreEqual(const catalog::Default& a, const catalog::Default& b,
              const ColumnSpec& made) {
  if (a.kind != catalog::Default::Kind::kLiteral) return false;
  if (made.type.kind == SqlType::Kind::kBool) {
    const auto truth = [](const std::string& text) {
      const std::string word = absl::AsciiStrToLower(text);
      return word == "1" || word == "t" || word == "true";
    };
    return truth(a.text) == truth(b.text);
  }
  return made.type.kind != SqlType::Kind::kText &&
         CompareDecimals(a.text, b.text) == 0;
}

}  // namespace

bool AreSame(absl::string_view a, absl::string_view b, NameCase names) {
  return names == NameCase::kMatters ? a == b : absl::EqualsIgnoreCase(a, b);
}

const ColumnSpec* FindColumn(const TableSpec& table, absl::string_view name,
                             NameCase names) {
  for (const ColumnSpec& column : table.columns) {
    if (AreSame(column.name, name, names)) return &column;
  }
  return nullptr;
}

std::set<std::string> ColumnsOf(const IndexSpec& index, NameCase names) {
  std::set<std::string> columns;
  for (const ColumnOrder& part : index.parts) {
    columns.insert(Folded(part.column, names));
  }
  return columns;
}

std::set<std::string> SetOf(const std::vector<std::string>& columns,
                            NameCase names) {
  std::set<std::string> set;
  for (const std::string& one : columns) set.insert(Folded(one, names));
  return set;
}

bool IsOver(const IndexSpec& index, const std::set<std::string>& columns,
            NameCase names) {
  const std::set<std::string> has = ColumnsOf(index, names);
  return index.beyond == "INCLUDE"
             ? std::includes(has.begin(), has.end(), columns.begin(),
                             columns.end())
             : has == columns;
}

bool AreUnique(const TableSpec& table, const std::set<std::string>& columns,
               bool partly, NameCase names) {
  if (SetOf(table.primary_key, names) == columns) return true;
  return std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const IndexSpec& index) {
                       return index.unique && (partly || index.where.empty()) &&
                              IsOver(index, columns, names);
                     });
}

bool HaveSameDefault(const ColumnSpec& made, const ColumnSpec& live) {
  if (!live.default_sql.has_value()) return !made.default_sql.has_value();
  const auto a = catalog::ParseDefault(*live.default_sql);
  const auto b = catalog::ParseDefault(made.default_sql.value_or("NULL"));
  return a.kind == b.kind && (a.text == b.text || AreEqual(a, b, made));
}

bool Serves(const IndexSpec& live, const IndexSpec& wanted, NameCase names) {
  if (live.parts.size() < wanted.parts.size() || !live.beyond.empty() ||
      live.where.empty() != wanted.where.empty()) {
    return false;
  }
  bool same = true;
  bool turned = true;
  for (size_t i = 0; i < wanted.parts.size(); ++i) {
    const ColumnOrder& a = live.parts[i];
    const ColumnOrder& b = wanted.parts[i];
    if (!AreSame(a.column, b.column, names)) return false;
    same = same && a.descending == b.descending;
    turned = turned && a.descending != b.descending;
  }
  return same || turned;
}

bool ReferToTheSame(const ReferenceSpec& a, const ReferenceSpec& b,
                    NameCase names) {
  // What the search path finds has no schema.
  return AreSame(a.table, b.table, names) &&
         (a.schema.empty() || b.schema.empty() ||
          AreSame(a.schema, b.schema, names)) &&
         PairsOf(a, names) == PairsOf(b, names);
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
