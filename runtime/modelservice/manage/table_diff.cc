#include "modelservice/manage/table_diff.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/manage/role_change.h"
#include "modelservice/manage/rule_diff.h"
#include "modelservice/manage/type_change.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/migrate/type_change.h"
#include "modelservice/migrate/value_change.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {
namespace {

using Part = Finding::Part;
using Weight = Finding::Weight;

constexpr char kBriefLock[] = " (ACCESS EXCLUSIVE, for a moment)";

class TableComparison {
 public:
  TableComparison(
      const ModelVersion& older, const ModelVersion& newer,
      const std::vector<std::pair<std::string, std::string>>& columns)
      : older_(older),
        newer_(newer),
        columns_(columns),
        dialect_(newer.dialect()) {}

  std::vector<Finding> Run() {
    CompareName();
    for (const ColumnSpec& column : older_.made.columns) CompareOld(column);
    for (const ColumnSpec& column : newer_.made.columns) {
      const ColumnSpec* const old = OldOf(column);
      if (old == nullptr) AddColumn(column);
      CompareRole(old, column);
    }
    for (Finding& finding : RuleDiff(older_, newer_, columns_)) {
      found_.push_back(std::move(finding));
    }
    return std::move(found_);
  }

 private:
  void Add(Part part, Weight weight, std::string place, std::string element,
           std::string fault, std::string mend) {
    found_.push_back({part, weight, std::move(place), std::move(element),
                      std::move(fault), std::move(mend)});
  }
  void Add(Part part, Weight weight, const ColumnSpec& column,
           std::string fault, std::string mend) {
    Add(part, weight, PlaceOf(column), ElementOf(column), std::move(fault),
        std::move(mend));
  }
  void AddOfTable(Part part, Weight weight, std::string fault,
                  std::string mend) {
    Add(part, weight, newer_.place, newer_.message, std::move(fault),
        std::move(mend));
  }

  std::string PlaceOf(const ColumnSpec& column) const {
    const auto found = newer_.places.find(column.name);
    return found == newer_.places.end() ? newer_.place : found->second;
  }
  std::string ElementOf(const ColumnSpec& column) const {
    for (const ModelVersion* version : {&newer_, &older_}) {
      const ColumnSpec* const of = version->table.FindColumn(column.name);
      if (of != nullptr && of->field.has_value()) {
        return absl::StrCat(newer_.message, ".", of->field->name);
      }
    }
    return newer_.message;
  }

  const ColumnSpec* NewOf(const ColumnSpec& column) const {
    for (const auto& [before, after] : columns_) {
      if (before == column.name) return newer_.made.FindColumn(after);
    }
    return nullptr;
  }
  const ColumnSpec* OldOf(const ColumnSpec& column) const {
    for (const auto& [before, after] : columns_) {
      if (after == column.name) return older_.made.FindColumn(before);
    }
    return nullptr;
  }

  void CompareName() {
    if (older_.table.FullName() == newer_.table.FullName()) return;
    AddOfTable(Part::kDatabase, Weight::kCare,
               absl::StrCat("its table is \"", newer_.table.FullName(),
                            "\", was \"", older_.table.FullName(), "\""),
               absl::StrCat("ALTER TABLE ", QuotedTable(older_.made, dialect_),
                            " RENAME TO ", QuotedName(newer_.made.name), ";",
                            kBriefLock));
    AddOfTable(Part::kDeploy, Weight::kBreak,
               "servers of one version do not find the table of the other",
               absl::StrCat("keep table: \"", older_.table.name, "\""));
  }

  void CompareOld(const ColumnSpec& column) {
    const ColumnSpec* const now = NewOf(column);
    if (now == nullptr) return DropColumn(column);
    if (now->name != column.name) Rename(column, *now);
    CompareType(column, *now);
    CompareNull(column, *now);
    if (column.default_sql != now->default_sql && now->default_sql) {
      Add(Part::kDatabase, Weight::kNote, *now,
          absl::StrCat("its DEFAULT is ", *now->default_sql, ", was ",
                       column.default_sql.value_or("none")),
          Altered(*now, absl::StrCat("SET DEFAULT ", *now->default_sql)));
    }
    if (column.generated != now->generated) {
      Add(Part::kDatabase, Weight::kCare, *now,
          now->generated == ColumnSpec::Generated::kKey
              ? "the database gives its values now"
              : "the database gives its values no longer",
          "make the table anew, or alter its identity by hand");
    }
    CompareEnum(column, *now);
  }

  void DropColumn(const ColumnSpec& column) {
    const std::string place = older_.places.count(column.name) > 0
                                  ? older_.places.at(column.name)
                                  : older_.place;
    const std::string element = ElementOf(column);
    Add(Part::kDatabase, Weight::kBreak, place, element,
        absl::StrCat("column \"", column.name,
                     "\" is no longer stored: dropped, its values are lost"),
        absl::StrCat("keep them first; then ALTER TABLE ",
                     QuotedTable(newer_.made, dialect_), " DROP COLUMN ",
                     QuotedName(column.name), ";",
                     newer_.postgres ? kBriefLock : ""));
    const bool refuses = !column.nullable && !column.default_sql.has_value();
    Add(Part::kDeploy, refuses ? Weight::kBreak : Weight::kCare, place, element,
        refuses
            ? "servers of the new version give it no value, which it needs: "
              "every Create is refused while it is there, and old servers "
              "fail when it is not"
            : "servers of the old version still read and write it",
        refuses ? absl::StrCat(AlterColumnSql(older_.made, column.name,
                                              "DROP NOT NULL", dialect_),
                               " before the first new server; drop it when the "
                               "last old one is gone")
                : kAfterOld);
  }

  void Rename(const ColumnSpec& column, const ColumnSpec& now) {
    Add(Part::kDatabase, Weight::kCare, now,
        absl::StrCat("its column is \"", now.name, "\", was \"", column.name,
                     "\""),
        absl::StrCat("ALTER TABLE ", QuotedTable(newer_.made, dialect_),
                     " RENAME COLUMN ", QuotedName(column.name), " TO ",
                     QuotedName(now.name), ";",
                     newer_.postgres ? kBriefLock : ""));
    Add(Part::kDeploy, Weight::kBreak, now,
        "servers of one version do not find the column of the other",
        absl::StrCat("keep column: \"", column.name, "\""));
  }

  void CompareType(const ColumnSpec& column, const ColumnSpec& now) {
    const TypeChange change = ChangeOf(column.type, now.type, newer_.postgres);
    if (change.kind == TypeChange::Kind::kNone) {
      return CompareValues(column, now);
    }
    const std::string fault = absl::StrCat("its column is ", now.type.text,
                                           ", was ", column.type.text);
    const std::string sql = Altered(
        now, absl::StrCat("TYPE ", now.type.text,
                          UsingSql(column.type, now.type, QuotedName(now.name),
                                   now.nullable)));
    Add(Part::kDatabase,
        change.kind == TypeChange::Kind::kOther ? Weight::kBreak
                                                : Weight::kCare,
        now, absl::StrCat(fault, ": ", change.cost), sql);
    if (change.kind == TypeChange::Kind::kWider) {
      Add(Part::kDeploy, Weight::kCare, now,
          "servers of the new version write what the old column has no room "
          "for",
          kBeforeNew);
    } else {
      Add(Part::kDeploy, Weight::kBreak, now,
          "servers of the two versions write different types",
          "give it a new field and a new column, and copy the values");
    }
  }

  // Of a column whose type is the same.
  void CompareValues(const ColumnSpec& column, const ColumnSpec& now) {
    const ValueForm before = FormOf(older_, column.name);
    const ValueForm after = FormOf(newer_, now.name);
    if (before.text.empty() || after.text.empty()) return;
    const ValueChange change =
        ValueChangeOf({column.type, before}, {now.type, after},
                      QuotedName(now.name), now.name, newer_.postgres);
    if (!change.narrows) return;
    Add(Part::kDatabase, Weight::kBreak, now,
        absl::StrCat("its column holds ", after.text, ", held ", before.text,
                     change.possible
                         ? ": values that are none stop the migration"
                         : ": no SQL makes the one of the other"),
        change.possible
            ? "look at what it holds, and mend it first"
            : "give it a new field and a new column, and copy the values");
  }
  static ValueForm FormOf(const ModelVersion& version,
                          const std::string& name) {
    const ColumnSpec* const column = version.table.FindColumn(name);
    if (column == nullptr || !column->field.has_value()) return {};
    ValueForm form = modelservice::FormOf(*column->field);
    if (const auto found = version.enums.find(name);
        found != version.enums.end()) {
      form.names.assign(found->second.begin(), found->second.end());
    }
    return form;
  }

  void CompareNull(const ColumnSpec& column, const ColumnSpec& now) {
    if (column.nullable == now.nullable) return;
    if (now.nullable) {
      Add(Part::kDatabase, Weight::kNote, now, "its column takes NULL",
          Altered(now, "DROP NOT NULL"));
      Add(Part::kDeploy, Weight::kCare, now,
          "servers of the new version write NULL, which old ones show as zero",
          kBeforeNew);
      return;
    }
    Add(Part::kDatabase, Weight::kBreak, now,
        "its column takes no NULL any more: rows that have one stop it",
        absl::StrCat("UPDATE the rows first; ", Altered(now, "SET NOT NULL"),
                     newer_.postgres ? " (ACCESS EXCLUSIVE, while all rows are "
                                       "read)"
                                     : ""));
    Add(Part::kDeploy, Weight::kBreak, now,
        "servers of the old version write NULL, and are refused", kAfterOld);
  }

  // Names of values that rows have in them.
  void CompareEnum(const ColumnSpec& column, const ColumnSpec& now) {
    const ColumnSpec* const field = newer_.table.FindColumn(now.name);
    const auto before = older_.enums.find(column.name);
    const auto after = newer_.enums.find(now.name);
    if (field == nullptr || !field->field.has_value() ||
        field->field->storage != Storage::kName ||
        before == older_.enums.end() || after == newer_.enums.end()) {
      return;
    }
    for (const auto& [number, name] : before->second) {
      const auto found = after->second.find(number);
      if (found != after->second.end() && found->second == name) continue;
      Add(Part::kDatabase, Weight::kBreak, now,
          absl::StrCat("rows store the name ", name,
                       ", which no value has any more"),
          "keep the value, or UPDATE the rows when no old server runs");
    }
    std::vector<std::string> added;
    for (const auto& [number, name] : after->second) {
      if (before->second.count(number) == 0) added.push_back(name);
    }
    if (added.empty()) return;
    Add(Part::kDeploy, Weight::kCare, now,
        absl::StrCat("servers of the old version cannot read rows that store "
                     "the new name ",
                     absl::StrJoin(added, ", ")),
        "write it when the last old server is gone");
  }

  void AddColumn(const ColumnSpec& column) {
    const bool needs = !column.nullable && !column.default_sql.has_value() &&
                       column.generated == ColumnSpec::Generated::kNo;
    Add(Part::kDatabase, needs ? Weight::kBreak : Weight::kNote, column,
        needs ? absl::StrCat("column \"", column.name,
                             "\" is new, and rows that are there have no value "
                             "for it")
              : absl::StrCat("column \"", column.name, "\" is new"),
        absl::StrCat(AddColumnSql(newer_.made, column, dialect_),
                     newer_.postgres ? kBriefLock : ""));
    Add(Part::kDeploy, needs ? Weight::kBreak : Weight::kCare, column,
        needs ? "servers of the old version give it no value, which it needs"
              : "servers of the new version need the column",
        needs ? "make it optional, or give it a default_value" : kBeforeNew);
  }

  void CompareRole(const ColumnSpec* old, const ColumnSpec& column) {
    const auto change =
        RoleChangeOf(old == nullptr ? Role::kNone : RoleOf(older_, old->name),
                     RoleOf(newer_, column.name));
    if (!change.has_value()) return;
    Add(Part::kDeploy, change->breaks ? Weight::kBreak : Weight::kCare, column,
        std::string(change->fault), std::string(change->mend));
  }
  static Role RoleOf(const ModelVersion& version, const std::string& name) {
    const ColumnSpec* const column = version.table.FindColumn(name);
    return column != nullptr && column->field.has_value() ? column->field->role
                                                          : Role::kNone;
  }

  std::string Altered(const ColumnSpec& column,
                      absl::string_view change) const {
    return SqlOrAdvice(
        AlterColumnSql(newer_.made, column.name, change, dialect_));
  }
  const ModelVersion& older_;
  const ModelVersion& newer_;
  const std::vector<std::pair<std::string, std::string>>& columns_;
  const Dialect& dialect_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> TableDiff(
    const ModelVersion& older, const ModelVersion& newer,
    const std::vector<std::pair<std::string, std::string>>& columns) {
  return TableComparison(older, newer, columns).Run();
}

}  // namespace modelservice
