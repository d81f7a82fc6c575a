#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/migrate/column_fit.h"
#include "modelservice/migrate/drift.h"
#include "modelservice/migrate/equivalence.h"
#include "modelservice/migrate/reasons.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/migrate/type_change.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/made_table.h"

namespace modelservice {
namespace {

using Weight = Difference::Weight;

std::string Listed(const std::vector<std::string>& columns) {
  return absl::StrCat("(", absl::StrJoin(columns, ", "), ")");
}

// Compares one table.
class TableComparison {
 public:
  TableComparison(const Table& table, const catalog::Table& live,
                  const Dialect& dialect, Zeros zeros)
      : table_(table),
        made_(MadeTable(table, dialect)),
        live_(live),
        dialect_(dialect),
        names_(dialect.has_schemas() ? NameCase::kMatters : NameCase::kIgnored),
        has_zeros_(zeros == Zeros::kCompared) {}

  std::vector<Difference> Run() {
    for (size_t i = 0; i < made_.columns.size(); ++i) {
      CompareColumn(table_.columns[i], made_.columns[i]);
    }
    if (live_.kind == catalog::Table::Kind::kTable) {
      FindLeftOver();
      CompareKey();
      for (const IndexSpec& index : made_.indexes) CompareIndex(index);
      for (const CheckSpec& check : made_.checks) CompareCheck(check);
      for (const ReferenceSpec& key : made_.foreign_keys) CompareReference(key);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Difference& a, const Difference& b) {
                       return a.weight > b.weight;
                     });
    return std::move(found_);
  }

 private:
  // `mend` may be empty: then the database cannot alter a table so.
  void Add(Weight weight, const std::string& text, std::string mend) {
    if (mend.empty()) {
      mend =
          "SQLite changes this in no table that is there: make the table anew "
          "as sqlmigrate prints it, and copy the rows";
    }
    found_.push_back(
        {weight,
         absl::StrCat("table \"", made_.FullName(), "\", which stores ",
                      table_.message, ", ", text),
         std::move(mend)});
  }

  const ColumnSpec* Find(const TableSpec& table, absl::string_view name) const {
    return FindColumn(table, name, names_);
  }
  // What is said of columns that are not there was said with them.
  bool AreThere(const std::set<std::string>& columns) const {
    return std::all_of(columns.begin(), columns.end(), [&](const auto& column) {
      return Find(live_, column) != nullptr;
    });
  }

  void CompareColumn(const Column& column, const ColumnSpec& made) {
    const ColumnSpec* const live = Find(live_, made.name);
    if (live == nullptr) {
      Add(Weight::kBroken,
          absl::StrCat("has no column \"", made.name, "\", of ", table_.message,
                       ".", column.field,
                       "; add it, or name the right one with "
                       "(modelservice.field)"),
          // SQLite adds no column of a key.
          made_.IsKey(made.name) && !dialect_.alters_constraints()
              ? ""
              : AddColumnSql(made_, made, dialect_));
      return;
    }
    const std::string what =
        absl::StrCat("has a column \"", made.name, "\", of ", table_.message,
                     ".", column.field, ", ");
    const bool is_table = live_.kind == catalog::Table::Kind::kTable;
    if (is_table && live->generated == ColumnSpec::Generated::kExpression &&
        !column.output_only) {
      Add(Weight::kRule,
          absl::StrCat(what,
                       "that the database computes: a Create that sets it is "
                       "refused"),
          "make it a column of its own, or the field OUTPUT_ONLY");
    }
    // What the server fills is never NULL: a Create gives the default to a
    // field that is absent, and an Update says that it may not be. NULL is read
    // as zero over the wire of Django's frameworks, and as a list of nothing.
    const bool is_filled =
        made.nullable &&
        ((column.role != Role::kNone && column.role != Role::kDeleteTime) ||
         column.has_default || (column.database_default && GivesValues(*live)));
    const bool is_zero =
        live->nullable &&
        (table_.style != ClientStyle::kNone || column.repeated);
    if (is_table && live->nullable != made.nullable &&
        !made_.IsKey(made.name) && !is_filled && !is_zero) {
      // Servers of the old version run on while a rolling deploy goes on.
      Add(made.nullable ? Weight::kRule : Weight::kNewer,
          absl::StrCat(what, made.nullable
                                 ? "that takes no NULL, which the field may be"
                                 : "that takes NULL, which the field cannot "
                                   "be"),
          Altering(made, made.nullable ? "DROP NOT NULL" : "SET NOT NULL"));
    }
    if (is_table && made.generated == ColumnSpec::Generated::kKey &&
        !GivesKeys(*live)) {
      // SQLite stores such a row, with NULL for its key, unless NOT NULL says
      // otherwise.
      const bool stores =
          !dialect_.keeps_types() && (live->nullable || live_.IsKey(made.name));
      Add(stores ? Weight::kBroken : Weight::kRule,
          absl::StrCat(what,
                       "to which the database gives no value of its own: ",
                       stores ? "rows would have no key"
                              : "rows without a key are refused"),
          stores ? "drop auto_increment, or make it INTEGER PRIMARY KEY"
                 : Altering(made, "ADD GENERATED BY DEFAULT AS IDENTITY"));
    }
    CompareType(what, column, made, *live);
    if (is_table && column.has_default && !HaveSameDefault(made, *live)) {
      Add(Weight::kDetail,
          absl::StrCat(what, "whose DEFAULT is ",
                       live->default_sql.value_or("none"), ", not ",
                       made.default_sql.value_or("none")),
          Altering(made, absl::StrCat("SET DEFAULT ",
                                      made.default_sql.value_or("NULL"))));
    } else if (is_table && has_zeros_ && IsZero(column, made) &&
               !live->nullable && !GivesValues(*live)) {
      Add(Weight::kDetail,
          absl::StrCat(what, "that has lost its DEFAULT ", *made.default_sql,
                       ": rows of whoever does not know the column, as a "
                       "server of the version before, are refused"),
          Altering(made, absl::StrCat("SET DEFAULT ", *made.default_sql)));
    }
  }

  // Empty where the database cannot.
  std::string Altering(const ColumnSpec& column,
                       absl::string_view change) const {
    return AlterColumnSql(made_, column.name, change, dialect_);
  }

  // To a row that gives none.
  static bool GivesValues(const ColumnSpec& live) {
    return live.generated != ColumnSpec::Generated::kNo ||
           live.default_sql.has_value();
  }
  // SQLite's rowid is a key, with AUTOINCREMENT or without.
  bool GivesKeys(const ColumnSpec& live) const {
    return GivesValues(live) || (live_.key_is_rowid && live_.IsKey(live.name));
  }

  // Types by what they are, not by how they are called.
  void CompareType(const std::string& what, const Column& column,
                   const ColumnSpec& made, const ColumnSpec& live) {
    const ColumnFit fit = FitOf(column, made.type, live.type, dialect_);
    if (fit == ColumnFit::kSame) return;
    // A view is only read.
    const bool matters = fit == ColumnFit::kDiffers &&
                         live_.kind == catalog::Table::Kind::kTable;
    Add(matters ? Weight::kRule : Weight::kDetail,
        absl::StrCat(what, "that is ", live.type.text,
                     fit == ColumnFit::kDiffers
                         ? ", whose values are not those of the field"
                         : "",
                     "; migrate would make it ", made.type.text),
        Altering(made,
                 absl::StrCat("TYPE ", made.type.text,
                              UsingSql(live.type, made.type,
                                       QuotedName(made.name), made.nullable))));
  }

  // A column that every Create leaves out and that takes no NULL.
  void FindLeftOver() {
    for (const ColumnSpec& column : live_.columns) {
      if (column.nullable || GivesKeys(column) ||
          Find(made_, column.name) != nullptr) {
        continue;
      }
      Add(Weight::kRule,
          absl::StrCat("has a column \"", column.name,
                       "\" that no field stores and that takes no NULL: every "
                       "Create is refused"),
          dialect_.alters_constraints()
              ? Altering(column, "DROP NOT NULL")
              : absl::StrCat("ALTER TABLE ", QuotedTable(made_, dialect_),
                             " DROP COLUMN ", QuotedName(column.name), ";"));
    }
  }

  void CompareKey() {
    const std::set<std::string> key = SetOf(made_.primary_key, names_);
    if (!AreThere(key) || AreUnique(live_, key, false, names_)) return;
    IndexSpec index;
    for (const std::string& column : made_.primary_key) {
      index.parts.push_back({column, false});
    }
    index.unique = true;
    Add(Weight::kRule,
        absl::StrCat("may have several rows of one key ",
                     Listed(made_.primary_key),
                     ": neither a primary key nor a unique index is there",
                     InvalidOf(index)),
        absl::StrCat(Dropping(index), AddIndexSql(made_, index, dialect_)));
  }

  void CompareIndex(const IndexSpec& index) {
    const std::set<std::string> columns = ColumnsOf(index, names_);
    if (!AreThere(columns)) return;
    const std::string mend =
        absl::StrCat(Dropping(index), AddIndexSql(made_, index, dialect_));
    if (index.unique) {
      if (AreUnique(live_, columns, !index.where.empty(), names_)) return;
      Add(Weight::kRule,
          absl::StrCat("may have several rows of one ", Listed(index),
                       ": no unique index is there", InvalidOf(index)),
          mend);
      return;
    }
    const bool is_there =
        std::any_of(
            live_.indexes.begin(), live_.indexes.end(),
            [&](const auto& other) { return Serves(other, index, names_); }) ||
        IsKeyInFront(index);
    if (is_there) return;
    Add(Weight::kDetail,
        absl::StrCat("has no index \"", index.name, "\" over ", Listed(index),
                     InvalidOf(index)),
        mend);
  }
  // Those that have its name, or were to be what it is and are INVALID.
  std::string Dropping(const IndexSpec& index) const {
    std::string sql;
    for (const IndexSpec& live : live_.indexes) {
      const bool has_name =
          !index.name.empty() && AreSame(live.name, index.name, names_);
      if (!has_name && !IsInvalid(live, index)) continue;
      absl::StrAppend(&sql, "DROP INDEX ",
                      QuotedTable(made_.schema, live.name, dialect_), "; ");
    }
    return sql;
  }
  static bool IsInvalid(const IndexSpec& live, const IndexSpec& wanted) {
    return live.beyond == catalog::kInvalid && live.parts == wanted.parts;
  }
  std::string InvalidOf(const IndexSpec& index) const {
    for (const IndexSpec& live : live_.indexes) {
      if (!IsInvalid(live, index)) continue;
      return absl::StrCat(", for \"", live.name, "\" is INVALID");
    }
    return "";
  }
  bool IsKeyInFront(const IndexSpec& index) const {
    if (!index.where.empty()) return false;
    IndexSpec key;
    for (const std::string& column : live_.primary_key) {
      key.parts.push_back({column, false});
    }
    return Serves(key, index, names_);
  }

  void CompareCheck(const CheckSpec& check) {
    const CheckSpec* found = nullptr;
    for (const CheckSpec& live : live_.checks) {
      if (IsSame(live, check) && (found == nullptr || IsChecked(live.name))) {
        found = &live;
      }
    }
    if (found != nullptr) return TellUnchecked(found->name);
    std::string mend = AddCheckSql(made_, check, dialect_);
    for (const CheckSpec& live : live_.checks) {
      if (mend.empty() || !AreSame(live.name, check.name, names_)) {
        continue;
      }
      mend = absl::StrCat(DropConstraintSql(made_, live.name, dialect_), " ",
                          mend);
    }
    Add(Weight::kRule,
        absl::StrCat("does not check \"", check.name, "\": ", check.sql),
        std::move(mend));
  }

  bool IsChecked(const std::string& constraint) const {
    return live_.unchecked.count(constraint) == 0;
  }
  void TellUnchecked(const std::string& constraint) {
    if (IsChecked(constraint)) return;
    Add(Weight::kDetail,
        absl::StrCat("has a constraint \"", constraint,
                     "\" that is NOT VALID: older rows may break it"),
        absl::StrCat("ALTER TABLE ", QuotedTable(made_, dialect_),
                     " VALIDATE CONSTRAINT ", QuotedName(constraint), ";"));
  }

  // A model says nothing of a DEFAULT that only the database knows.
  bool IsSameAction(const ReferenceSpec& key, ReferentialAction live,
                    ReferentialAction wanted) const {
    const auto has_default = [&](const std::string& name) {
      const ColumnSpec* const column = Find(made_, name);
      return column != nullptr && column->default_sql.has_value();
    };
    return live == wanted ||
           (live == ReferentialAction::kSetDefault &&
            wanted == ReferentialAction::kNoAction &&
            !std::all_of(key.columns.begin(), key.columns.end(), has_default));
  }

  // Nor of those that set some of a key's columns.
  bool IsSameOnDelete(const ReferenceSpec& live,
                      const ReferenceSpec& wanted) const {
    return live_.SetsSome(live)
               ? wanted.on_delete == ReferentialAction::kNoAction
               : IsSameAction(wanted, live.on_delete, wanted.on_delete);
  }
  std::string SomeOf(const ReferenceSpec& live) const {
    return live_.SetsSome(live)
               ? absl::StrCat(" ", Listed(live_.SetOnDelete(live)))
               : "";
  }

  void CompareReference(const ReferenceSpec& key) {
    const std::set<std::string> columns = SetOf(key.columns, names_);
    if (!AreThere(columns)) return;
    const ReferenceSpec* found = nullptr;
    for (const ReferenceSpec& live : live_.foreign_keys) {
      if (ReferToTheSame(live, key, names_) &&
          (found == nullptr || IsChecked(live.name))) {
        found = &live;
      }
    }
    const std::string what =
        absl::StrCat(Listed(key.columns), " to \"", key.table, "\" ",
                     Listed(key.referenced));
    if (found == nullptr) {
      Add(Weight::kRule, absl::StrCat("has no foreign key ", what),
          AddReferenceSql(made_, key, dialect_));
    } else if (!IsSameOnDelete(*found, key) ||
               !IsSameAction(key, found->on_update, key.on_update)) {
      Add(Weight::kRule,
          absl::StrCat("has a foreign key ", what, " that is ON DELETE ",
                       ActionSql(found->on_delete), SomeOf(*found),
                       " ON UPDATE ", ActionSql(found->on_update),
                       ", not ON DELETE ", ActionSql(key.on_delete),
                       " ON UPDATE ", ActionSql(key.on_update)),
          Replacing(*found, key));
    } else {
      TellUnchecked(found->name);
    }
  }
  std::string Replacing(const ReferenceSpec& live,
                        const ReferenceSpec& wanted) const {
    const std::string mend = AddReferenceSql(made_, wanted, dialect_);
    if (mend.empty()) return "";
    return absl::StrCat(DropConstraintSql(made_, live.name, dialect_), " ",
                        mend);
  }

  const Table& table_;
  const TableSpec made_;
  const catalog::Table& live_;
  const Dialect& dialect_;
  const NameCase names_;
  const bool has_zeros_;
  std::vector<Difference> found_;
};

}  // namespace

std::vector<Difference> CompareTable(const Table& table,
                                     const catalog::Table& live,
                                     const Dialect& dialect, Zeros zeros) {
  return TableComparison(table, live, dialect, zeros).Run();
}

}  // namespace modelservice
