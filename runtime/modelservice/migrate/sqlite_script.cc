// SQLite alters little of a table that is there: what it does not is done as
// https://sqlite.org/lang_altertable.html#otheralter says, with a new table
// that takes the place of the old one. Whoever runs it has foreign_keys off.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "modelservice/migrate/script.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/migrate/type_change.h"
#include "modelservice/schema/own_tables.h"
#include "modelservice/sql/ddl.h"

namespace modelservice {
namespace {

class SqliteWriter {
 public:
  explicit SqliteWriter(const SchemaChange& change) : change_(change) {}

  Script Write() {
    for (const TableChange& table : change_.changed) DropIndexes(table);
    for (const TableSpec* const table : change_.dropped) {
      Add("DROP TABLE ", QuotedName(table->name), ";");
    }
    RenameTables();
    for (const TableChange& table : change_.changed) {
      for (const auto& [from, to] : InOrder(RenamedColumns(table))) {
        Add("ALTER TABLE ", QuotedName(table.after->name), " RENAME COLUMN ",
            QuotedName(from), " TO ", QuotedName(to), ";");
      }
    }
    std::vector<TableSpec> made;
    for (const TableSpec* const table : change_.made) made.push_back(*table);
    AppendStatements(CreateMadeTablesSql(made, dialect_), &statements_);
    for (const TableChange& table : change_.changed) {
      if (NeedsRebuild(table)) {
        Rebuild(table);
      } else {
        Alter(table);
      }
    }
    if (statements_.empty()) return {};
    return {{/*alone=*/false, std::move(statements_)}};
  }

 private:
  template <class... Parts>
  void Add(const Parts&... parts) {
    statements_.push_back(absl::StrCat(parts...));
  }

  // SQLite has no names of indexes that differ in case alone, and renames none.
  void DropIndexes(const TableChange& table) {
    for (const IndexSpec* const index : table.dropped_indexes) {
      if (index->of_constraint) continue;
      Add("DROP INDEX IF EXISTS ", QuotedName(index->name), ";");
    }
    for (const Renaming& renamed : table.renamed_indexes) {
      Add("DROP INDEX IF EXISTS ", QuotedName(renamed.first), ";");
    }
  }

  void RenameTables() {
    std::vector<Renaming> renamings;
    for (const TableChange& table : change_.changed) {
      if (table.before->name != table.after->name) {
        renamings.emplace_back(table.before->name, table.after->name);
      }
    }
    for (const auto& [from, to] : InOrder(renamings)) {
      Add("ALTER TABLE ", QuotedName(from), " RENAME TO ", QuotedName(to), ";");
    }
  }

  // Columns that go, with the table that is made anew, are out of the way of
  // those that get their names.
  static std::vector<Renaming> RenamedColumns(const TableChange& table) {
    std::vector<Renaming> renamed = table.renamed_columns;
    for (const ColumnSpec* const column : table.dropped_columns) {
      const bool is_taken =
          std::any_of(table.renamed_columns.begin(),
                      table.renamed_columns.end(), [&](const Renaming& one) {
                        return absl::EqualsIgnoreCase(one.second, column->name);
                      });
      if (!is_taken) continue;
      renamed.emplace_back(column->name,
                           absl::StrCat(kGonePrefix, renamed.size()));
    }
    return renamed;
  }

  // What ADD COLUMN takes.
  static bool CanBeAdded(const TableSpec& table, const ColumnSpec& column) {
    const bool is_null = !column.default_sql.has_value();
    const bool computed =
        !is_null && absl::StartsWith(*column.default_sql, "(");
    return !computed && (column.nullable || !is_null) &&
           column.generated == ColumnSpec::Generated::kNo &&
           !table.HasUniqueConstraint(column.name) &&
           (table.ReferenceOf(column.name) == nullptr || is_null);
  }

  static bool NeedsRebuild(const TableChange& table) {
    const auto of_constraint = [](const IndexSpec* index) {
      return index->of_constraint;
    };
    std::set<std::string> added;
    for (const ColumnSpec* const column : table.added_columns) {
      if (!CanBeAdded(*table.after, *column)) return true;
      added.insert(column->name);
    }
    // Those of added columns come with them.
    const bool has_reference =
        std::any_of(table.added_references.begin(),
                    table.added_references.end(), [&](const auto* reference) {
                      return reference->columns.size() != 1 ||
                             added.count(reference->columns[0]) == 0;
                    });
    return !table.dropped_columns.empty() || !table.altered_columns.empty() ||
           table.key || has_reference || !table.dropped_references.empty() ||
           !table.added_checks.empty() || !table.dropped_checks.empty() ||
           !table.renamed_checks.empty() ||
           std::any_of(table.added_indexes.begin(), table.added_indexes.end(),
                       of_constraint) ||
           std::any_of(table.dropped_indexes.begin(),
                       table.dropped_indexes.end(), of_constraint);
  }

  void Alter(const TableChange& table) {
    for (const ColumnSpec* const column : table.added_columns) {
      AppendStatements(AddColumnSql(*table.after, *column, dialect_),
                       &statements_);
    }
    for (const IndexSpec& index : table.after->indexes) {
      const auto is_renamed = [&](const Renaming& one) {
        return one.second == index.name;
      };
      const bool is_new =
          std::find(table.added_indexes.begin(), table.added_indexes.end(),
                    &index) != table.added_indexes.end() ||
          std::any_of(table.renamed_indexes.begin(),
                      table.renamed_indexes.end(), is_renamed);
      if (is_new && !index.of_constraint) {
        Add(AddIndexSql(*table.after, index, dialect_));
      }
    }
  }

  static ValueChange ChangeOfValues(const TableChange& table,
                                    const ColumnSpec& before,
                                    const ColumnSpec& after) {
    const auto& [form_before, form_after] = table.forms.at(after.name);
    return ValueChangeOf(
        AlteredColumn{&before, &after, form_before, form_after}, *table.after,
        /*on_postgres=*/false);
  }

  // A condition of the values of a column that can stay; empty: all can.
  static std::string FitsSql(const ValueChange& change,
                             const ColumnSpec& after) {
    if (!change.empty_is_null || change.fits.empty()) return change.fits;
    const bool has_none = after.nullable || after.default_sql.has_value();
    return absl::StrCat(QuotedName(after.name),
                        has_none ? " = '' OR (" : " <> '' AND (", change.fits,
                        ")");
  }

  // Statements that fail, ahead of the copy, where values cannot stay: with one
  // of them, its row, and how many there are. SQLite takes what stands beside
  // the one min() from that row.
  void AddChecks(const TableChange& table) {
    const std::string& key = table.moved.primary_key.front();
    if (table.moved.FindColumn(key) == nullptr) return;
    for (const ColumnSpec& column : table.moved.columns) {
      const ColumnSpec& after = *table.after->FindColumn(column.name);
      const ValueChange change = ChangeOfValues(table, column, after);
      const std::string fits = FitsSql(change, after);
      if (fits.empty()) continue;
      std::string told;
      AppendLiteral(absl::StrCat(table.after->name, ".", column.name,
                                 " holds what ", change.unfit, ": "),
                    &told);
      std::string row;
      AppendLiteral(absl::StrCat(" (in the row of ", key, " "), &row);
      Add("SELECT CASE WHEN count(*) > 0 THEN json_extract('{}', ", told,
          " || ", QuotedName(column.name), " || ", row, " || min(",
          QuotedName(key),
          ") || ', of ' || count(*) || ' such rows)') END\n"
          "FROM ",
          QuotedName(table.after->name), " WHERE NOT (", fits, ");");
    }
  }

  // What the copy has for a column of the table as it was.
  static std::string ValueSql(const TableChange& table,
                              const ColumnSpec& before,
                              const ColumnSpec& after) {
    const ValueChange change = ChangeOfValues(table, before, after);
    return change.sql.empty()
               ? SqliteValueSql(before.type, after.type, QuotedName(after.name))
               : change.sql;
  }

  void Rebuild(const TableChange& table) {
    const std::string name = QuotedName(table.after->name);
    const std::string rebuilt =
        QuotedName(absl::StrCat(kRebuiltPrefix, table.after->name));
    TableSpec made = *table.after;
    made.name = absl::StrCat(kRebuiltPrefix, table.after->name);
    made.indexes.clear();
    for (const IndexSpec& index : table.after->indexes) {
      if (index.of_constraint) made.indexes.push_back(index);
    }
    AppendStatements(CreateMadeTablesSql({made}, dialect_), &statements_);

    std::string columns;
    std::string values;
    bool has_key = false;
    for (const ColumnSpec& column : table.moved.columns) {
      const ColumnSpec& after = *table.after->FindColumn(column.name);
      const std::string quoted = QuotedName(column.name);
      absl::StrAppend(&columns, columns.empty() ? "" : ", ", quoted);
      absl::StrAppend(&values, values.empty() ? "" : ", ");
      const std::string value = ValueSql(table, column, after);
      const bool may_be_null = column.nullable || value != quoted;
      if (may_be_null && !after.nullable && after.default_sql.has_value()) {
        absl::StrAppend(&values, "coalesce(", value, ", ", *after.default_sql,
                        ")");
      } else {
        absl::StrAppend(&values, value);
      }
      has_key = has_key || (column.generated == ColumnSpec::Generated::kKey &&
                            after.generated == column.generated);
    }
    AddChecks(table);
    if (!columns.empty()) {
      Add("INSERT INTO ", rebuilt, " (", columns, ")\nSELECT ", values,
          "\nFROM ", name, ";");
    }
    if (has_key) {
      // Keys of deleted rows are not given again.
      const auto literal = [](absl::string_view text) {
        std::string sql;
        AppendLiteral(text, &sql);
        return sql;
      };
      Add("DELETE FROM sqlite_sequence WHERE name = ", literal(made.name), ";");
      Add("INSERT INTO sqlite_sequence (name, seq)\nSELECT ",
          literal(made.name), ", seq FROM sqlite_sequence WHERE name = ",
          literal(table.after->name), ";");
    }
    Add("DROP TABLE ", name, ";");
    // Else views of the table would be in the way.
    Add("PRAGMA legacy_alter_table = ON;");
    Add("ALTER TABLE ", rebuilt, " RENAME TO ", name, ";");
    Add("PRAGMA legacy_alter_table = OFF;");
    for (const IndexSpec& index : table.after->indexes) {
      if (!index.of_constraint) Add(AddIndexSql(*table.after, index, dialect_));
    }
  }

  const SchemaChange& change_;
  const Dialect& dialect_ = SqliteDialect();
  std::vector<std::string> statements_;
};

}  // namespace

Script SqliteScript(const SchemaChange& change) {
  return SqliteWriter(change).Write();
}

}  // namespace modelservice
