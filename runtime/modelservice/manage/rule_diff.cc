#include "modelservice/manage/rule_diff.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

using Part = Finding::Part;
using Weight = Finding::Weight;

std::string Listed(const IndexSpec& index) {
  return absl::StrJoin(
      index.parts, ", ", [](std::string* out, const ColumnOrder& part) {
        absl::StrAppend(out, part.column, part.descending ? " DESC" : "");
      });
}

class RuleComparison {
 public:
  RuleComparison(
      const ModelVersion& older, const ModelVersion& newer,
      const std::vector<std::pair<std::string, std::string>>& columns)
      : older_(older),
        newer_(newer),
        columns_(columns),
        dialect_(newer.dialect()) {}

  std::vector<Finding> Run() {
    CompareKey();
    CompareIndexes();
    CompareChecks();
    CompareReferences();
    return std::move(found_);
  }

 private:
  void AddOfTable(Part part, Weight weight, std::string fault,
                  std::string mend) {
    found_.push_back({part, weight, newer_.place, newer_.message,
                      std::move(fault), std::move(mend)});
  }
  bool IsOld(const ColumnSpec& column) const {
    return std::any_of(columns_.begin(), columns_.end(), [&](const auto& both) {
      return both.second == column.name;
    });
  }

  void CompareKey() {
    const std::vector<std::string>& before = older_.made.primary_key;
    if (before == newer_.made.primary_key) return;
    AddOfTable(Part::kDatabase, Weight::kBreak,
               absl::StrCat("its primary key is (",
                            absl::StrJoin(newer_.made.primary_key, ", "),
                            "), was (", absl::StrJoin(before, ", "), ")"),
               "keep the key, and make what is new unique");
    AddOfTable(Part::kDeploy, Weight::kBreak,
               "servers of the two versions find rows by different keys",
               "keep the key");
  }

  void CompareIndexes() {
    for (const IndexSpec& index : newer_.made.indexes) {
      if (!HasIndex(older_.made, index)) AddIndex(index);
    }
    for (const IndexSpec& index : older_.made.indexes) {
      if (HasIndex(newer_.made, index)) continue;
      AddOfTable(Part::kDatabase, Weight::kNote,
                 absl::StrCat(index.unique ? "no longer unique: "
                                           : "no longer indexed: ",
                              Listed(index)),
                 kAfterOld);
    }
  }
  static bool HasIndex(const TableSpec& table, const IndexSpec& index) {
    return std::any_of(
        table.indexes.begin(), table.indexes.end(), [&](const auto& other) {
          return other.parts == index.parts && other.unique == index.unique &&
                 other.where == index.where;
        });
  }
  void AddIndex(const IndexSpec& index) {
    const std::string sql = AddIndexSql(newer_.made, index, dialect_);
    const std::string lock =
        newer_.postgres
            ? " (SHARE: writes wait; CREATE INDEX CONCURRENTLY does not)"
            : "";
    if (!index.unique) {
      AddOfTable(Part::kDatabase, Weight::kCare,
                 absl::StrCat("an index over ", Listed(index), " is new"),
                 absl::StrCat(sql, lock));
      return;
    }
    AddOfTable(Part::kDatabase, Weight::kCare,
               absl::StrCat(Listed(index),
                            " is unique: rows that are equal there stop it"),
               absl::StrCat(sql, lock));
    AddOfTable(Part::kDeploy, Weight::kCare,
               absl::StrCat("servers of the old version are refused equal ",
                            Listed(index), " with ALREADY_EXISTS"),
               "see that their clients take that");
  }

  void CompareChecks() {
    const auto has = [](const TableSpec& table, const CheckSpec& check) {
      return std::any_of(
          table.checks.begin(), table.checks.end(),
          [&](const CheckSpec& other) { return other.sql == check.sql; });
    };
    for (const CheckSpec& check : newer_.made.checks) {
      if (has(older_.made, check)) continue;
      AddOfTable(Part::kDatabase, Weight::kCare,
                 absl::StrCat("a check is new, and rows that fail it stop it: ",
                              check.sql),
                 SqlOrAdvice(AddCheckSql(newer_.made, check, dialect_)));
      AddOfTable(Part::kDeploy, Weight::kCare,
                 "servers of the old version may write what it refuses",
                 kAfterOld);
    }
    for (const CheckSpec& check : older_.made.checks) {
      if (has(newer_.made, check)) continue;
      AddOfTable(Part::kDatabase, Weight::kNote,
                 absl::StrCat("checked no longer: ", check.sql), kBeforeNew);
    }
  }

  void CompareReferences() {
    for (const ReferenceSpec& key : newer_.made.foreign_keys) {
      const ReferenceSpec* const before = Reference(older_.made, key.columns);
      const std::string columns = absl::StrJoin(key.columns, ", ");
      if (before == nullptr && AreNewAndEmpty(key.columns)) continue;
      if (before == nullptr || before->table != key.table ||
          before->referenced != key.referenced) {
        AddOfTable(Part::kDatabase, Weight::kCare,
                   absl::StrCat(columns, " refers to ", key.table,
                                ": rows that refer to nothing stop it"),
                   absl::StrCat(
                       SqlOrAdvice(AddReferenceSql(newer_.made, key, dialect_)),
                       newer_.postgres
                           ? " (SHARE ROW EXCLUSIVE on both tables; NOT VALID "
                             "and then VALIDATE is brief)"
                           : ""));
        AddOfTable(Part::kDeploy, Weight::kCare,
                   "servers of the old version may write rows that refer to "
                   "nothing",
                   kAfterOld);
      } else if (before->on_delete != key.on_delete ||
                 before->on_update != key.on_update) {
        AddOfTable(Part::kDatabase, Weight::kCare,
                   absl::StrCat(columns, " refers to ", key.table,
                                " ON DELETE ", ActionSql(key.on_delete),
                                ", was ", ActionSql(before->on_delete)),
                   "make the constraint anew");
      }
    }
    for (const ReferenceSpec& key : older_.made.foreign_keys) {
      if (Reference(newer_.made, key.columns) != nullptr) continue;
      AddOfTable(Part::kDatabase, Weight::kNote,
                 absl::StrCat(absl::StrJoin(key.columns, ", "), " refers to ",
                              key.table, " no longer"),
                 kBeforeNew);
    }
  }
  // In all rows that are there, and that servers of the old version write.
  bool AreNewAndEmpty(const std::vector<std::string>& columns) const {
    return std::all_of(
        columns.begin(), columns.end(), [&](const std::string& name) {
          const ColumnSpec* const column = newer_.made.FindColumn(name);
          return column != nullptr && !IsOld(*column) && column->nullable &&
                 !column->default_sql.has_value();
        });
  }
  static const ReferenceSpec* Reference(
      const TableSpec& table, const std::vector<std::string>& columns) {
    for (const ReferenceSpec& key : table.foreign_keys) {
      if (key.columns == columns) return &key;
    }
    return nullptr;
  }

  const ModelVersion& older_;
  const ModelVersion& newer_;
  const std::vector<std::pair<std::string, std::string>>& columns_;
  const Dialect& dialect_;
  std::vector<Finding> found_;
};

}  // namespace

std::string SqlOrAdvice(std::string sql) {
  return sql.empty() ? "SQLite changes this in no table that is there: make "
                       "the table anew, and copy the rows"
                     : sql;
}

std::vector<Finding> RuleDiff(
    const ModelVersion& older, const ModelVersion& newer,
    const std::vector<std::pair<std::string, std::string>>& columns) {
  return RuleComparison(older, newer, columns).Run();
}

}  // namespace modelservice
