// PostgreSQL alters everything, but some of it under locks that stop everybody
// for as long as it reads the table. Here those locks are held for a moment:
// constraints are added unchecked and checked later, indexes are made beside
// the writes, and NOT NULL is believed to a check that was checked.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "modelservice/base/openssl.h"
#include "modelservice/migrate/postgres_drops.h"
#include "modelservice/migrate/postgres_lookup.h"
#include "modelservice/migrate/reference_change.h"
#include "modelservice/migrate/script.h"
#include "modelservice/migrate/script_parts.h"
#include "modelservice/migrate/type_change.h"
#include "modelservice/sql/ddl.h"
#include "modelservice/sql/identifier.h"

namespace modelservice {
namespace {

using Statements = std::vector<std::string>;

class PostgresWriter {
 public:
  PostgresWriter(const SchemaMatch& match, const SchemaChange& change,
                 NamesOfDropped names)
      : change_(change),
        names_(names),
        references_(ReferenceChangesOf(match, change)) {}

  Script Write() {
    for (const TableReference& one : references_.dropped) {
      Now(DropReferencesSql(*one.table, one.reference->columns));
    }
    DropTables();
    for (std::string& drop : DropRulesSql(change_, names_)) {
      Now(std::move(drop));
    }
    Rename();
    MakeTables();
    for (const TableChange& table : change_.changed) AlterColumns(table);
    for (const TableChange& table : change_.changed) AddRules(table);
    for (const TableReference& one : references_.added) AddReference(one);
    return Parts();
  }

 private:
  // Those that refer to each other in circles go together.
  void DropTables() {
    if (change_.dropped.empty()) return;
    Now(absl::StrCat(
        "DROP TABLE ",
        absl::StrJoin(change_.dropped, ", ",
                      [&](std::string* sql, const TableSpec* table) {
                        absl::StrAppend(sql, QuotedTable(*table, dialect_));
                      }),
        ";"));
  }

  void Rename() {
    // By schema, for names of two are no matter to one another.
    std::map<std::string, std::vector<Renaming>> renamings;
    std::set<std::string> schemas;
    for (const TableChange& table : change_.changed) {
      if (table.before->schema != table.after->schema) {
        schemas.insert(table.after->schema);
      }
    }
    for (const std::string& schema : schemas) {
      if (schema.empty()) continue;
      Now(absl::StrCat("CREATE SCHEMA IF NOT EXISTS ", QuotedName(schema),
                       ";"));
    }
    for (const TableChange& table : change_.changed) {
      if (table.before->schema != table.after->schema) {
        Now(SetSchemaSql(*table.before, table.after->schema));
      }
      if (table.before->name != table.after->name) {
        renamings[table.after->schema].emplace_back(table.before->name,
                                                    table.after->name);
      }
    }
    for (const auto& [schema, all] : renamings) {
      for (const auto& [from, to] : InOrder(all)) {
        TableSpec table;
        table.schema = schema;
        table.name = from;
        Now(absl::StrCat(Alter(table), "RENAME TO ", QuotedName(to), ";"));
      }
    }
    for (const TableChange& table : change_.changed) {
      const TableSpec& after = *table.after;
      // Ahead of the renamed ones, whose names they may have.
      for (const ColumnSpec* const column : table.dropped_columns) {
        Now(absl::StrCat(Alter(after), "DROP COLUMN ", QuotedName(column->name),
                         ";"));
      }
      for (const auto& [from, to] : InOrder(table.renamed_columns)) {
        Now(absl::StrCat(Alter(after), "RENAME COLUMN ", QuotedName(from),
                         " TO ", QuotedName(to), ";"));
      }
      for (const auto& [from, to] : InOrder(table.renamed_checks)) {
        Now(RenameCheckSql(after, from, to));
      }
    }
    RenameIndexes();
  }

  // Those of all tables of a schema together, for one may have the name that
  // another one's is to have.
  void RenameIndexes() {
    std::map<std::string, std::vector<Renaming>> renamings;
    for (const TableChange& table : change_.changed) {
      std::vector<Renaming>& all = renamings[table.after->schema];
      all.insert(all.end(), table.renamed_indexes.begin(),
                 table.renamed_indexes.end());
    }
    for (const auto& [schema, all] : renamings) {
      for (const auto& [from, to] : InOrder(all)) {
        Now(absl::StrCat("ALTER INDEX IF EXISTS ",
                         QuotedTable(schema, from, dialect_), " RENAME TO ",
                         QuotedName(to), ";"));
      }
    }
  }

  void MakeTables() {
    std::vector<TableSpec> made;
    for (const TableSpec* const table : change_.made) {
      TableSpec& one = made.emplace_back(*table);
      one.foreign_keys.clear();
      for (const ReferenceSpec& reference : table->foreign_keys) {
        if (IsTargetAltered(change_, reference)) {
          references_.added.push_back({table, &reference});
        } else {
          one.foreign_keys.push_back(reference);
        }
      }
    }
    AppendStatements(CreateMadeTablesSql(made, dialect_), &now_);
  }

  // An empty text may be no value of the new type.
  static std::string UsingChange(const AlteredColumn& column,
                                 const ValueChange& change) {
    const ColumnSpec& after = *column.after;
    const std::string& value = change.sql;
    const bool is_text = change.empty_is_null ||
                         (column.before->type.kind == SqlType::Kind::kText &&
                          after.type.kind != SqlType::Kind::kText);
    return is_text && !after.nullable && after.default_sql.has_value()
               ? absl::StrCat(" USING coalesce(", value, ", ",
                              *after.default_sql, ")")
               : absl::StrCat(" USING ", value);
  }

  void AlterColumns(const TableChange& table) {
    const TableSpec& after = *table.after;
    for (const ColumnSpec* const column : table.added_columns) {
      TableSpec alone = after;
      alone.indexes.clear();  // made beside the writes
      alone.foreign_keys.clear();
      std::string sql = AddColumnSql(alone, *column, dialect_);
      if (!column->nullable && !column->default_sql.has_value()) {
        // Refused by the database unless the table is empty.
        sql.insert(sql.rfind(';'), " NOT NULL");
        if (column->generated == ColumnSpec::Generated::kKey) {
          sql = AddColumnSql(alone, *column, dialect_);
        }
      }
      Now(sql);
    }
    for (const AlteredColumn& column : table.altered_columns) {
      const bool was_key =
          column.before->generated == ColumnSpec::Generated::kKey;
      const std::string alter = absl::StrCat(
          Alter(after), "ALTER COLUMN ", QuotedName(column.after->name), " ");
      if (column.generated() && was_key) {
        Now(absl::StrCat(alter, "DROP IDENTITY IF EXISTS;"));
        // A serial's.
        Now(absl::StrCat(alter, "DROP DEFAULT;"));
      }
      // Ahead of values that become NULL.
      if (column.nullable() && column.after->nullable) {
        Now(absl::StrCat(alter, "DROP NOT NULL;"));
      }
      if (column.type()) {
        if (column.before->default_sql.has_value()) {
          Now(absl::StrCat(alter, "DROP DEFAULT;"));
        }
        const ValueChange change = ValueChangeOf(column, after, true);
        Now(absl::StrCat(alter, "TYPE ", column.after->type.text,
                         change.sql.empty()
                             ? UsingSql(column.before->type, column.after->type,
                                        QuotedName(column.after->name),
                                        column.after->nullable,
                                        column.after->default_sql.value_or(""))
                             : UsingChange(column, change),
                         ";"));
        if (was_key && !column.generated()) {
          Now(RetypeSequenceSql(after, column.after->name,
                                column.after->type.text));
        }
      }
      if ((column.default_sql() || column.type()) &&
          column.after->default_sql.has_value()) {
        Now(absl::StrCat(alter, "SET DEFAULT ", *column.after->default_sql,
                         ";"));
      } else if (column.default_sql() && !column.type()) {
        Now(absl::StrCat(alter, "DROP DEFAULT;"));
      }
      if (column.nullable() && !column.after->nullable) {
        ForbidNull(table, column, alter);
      }
      if (column.generated() && !was_key) {
        Statements& to = column.nullable() ? last_ : now_;
        to.push_back(
            absl::StrCat(alter, "ADD GENERATED BY DEFAULT AS IDENTITY;"));
        to.push_back(SetSequenceSql(after, column.after->name));
      }
    }
  }

  void ForbidNull(const TableChange& table, const AlteredColumn& column,
                  const std::string& alter) {
    const TableSpec& after = *table.after;
    const std::string name = QuotedName(column.after->name);
    const std::string check =
        QuotedName(GeneratedName(column.after->name, "_modelservice_not_null"));
    Now(absl::StrCat(Alter(after), "ADD CONSTRAINT ", check, " CHECK (", name,
                     " IS NOT NULL) NOT VALID;"));
    if (column.after->default_sql.has_value()) {
      fills_[QuotedTable(after, dialect_)].emplace_back(
          name, *column.after->default_sql);
    }
    checked_.push_back(
        absl::StrCat(Alter(after), "VALIDATE CONSTRAINT ", check, ";"));
    last_.push_back(absl::StrCat(alter, "SET NOT NULL;"));
    last_.push_back(absl::StrCat(Alter(after), "DROP CONSTRAINT ", check, ";"));
  }

  void AddRules(const TableChange& table) {
    const TableSpec& after = *table.after;
    for (const CheckSpec* const check : table.added_checks) {
      Now(absl::StrCat(Alter(after), "ADD CONSTRAINT ", QuotedName(check->name),
                       " CHECK (", check->sql, ") NOT VALID;"));
      checked_.push_back(absl::StrCat(Alter(after), "VALIDATE CONSTRAINT ",
                                      QuotedName(check->name), ";"));
    }
    for (const IndexSpec* const index : table.added_indexes) {
      IndexSpec named = *index;
      if (named.name.empty())
        named.name = NameOf(after, PartsOf(*index), "uniq");
      std::string sql = AddIndexSql(after, named, dialect_);
      sql.insert(sql.find(" INDEX ") + 6, " CONCURRENTLY");
      indexes_.push_back(
          {true,
           {absl::StrCat("DROP INDEX CONCURRENTLY IF EXISTS ",
                         QuotedTable(after.schema, named.name, dialect_), ";"),
            std::move(sql)}});
      if (index->of_constraint) {
        last_.push_back(absl::StrCat(
            Alter(after), "ADD CONSTRAINT ", QuotedName(named.name),
            " UNIQUE USING INDEX ", QuotedName(named.name), ";"));
      }
    }
    if (table.key) {
      last_.push_back(absl::StrCat(Alter(after), "ADD PRIMARY KEY (",
                                   QuotedList(after.primary_key), ");"));
    }
  }

  void AddReference(const TableReference& one) {
    ReferenceSpec reference = *one.reference;
    reference.name = NameOf(*one.table, reference.columns, "fk");
    // Ahead of long parts where it can be: no row slips in between.
    const bool at_once =
        IsReplaced(one) && !IsTargetAltered(change_, *one.reference);
    (at_once ? now_ : unchecked_)
        .push_back(
            AddReferenceSql(*one.table, reference, dialect_, "NOT VALID"));
    valid_references_.push_back(absl::StrCat(Alter(*one.table),
                                             "VALIDATE CONSTRAINT ",
                                             QuotedName(reference.name), ";"));
  }

  // Whether another one of its columns goes.
  bool IsReplaced(const TableReference& one) const {
    for (const TableChange& table : change_.changed) {
      if (table.after != one.table) continue;
      std::vector<std::string> columns = one.reference->columns;
      for (std::string& column : columns) {
        for (const auto& [from, to] : table.renamed_columns) {
          if (to == column) {
            column = from;
            break;
          }
        }
      }
      for (const TableReference& old : references_.dropped) {
        if (old.table == table.before && old.reference->columns == columns) {
          return true;
        }
      }
    }
    return false;
  }

  // Of a constraint of these columns: no other one of any table has it, by
  // whatever names it went before.
  static std::string NameOf(const TableSpec& table,
                            const std::vector<std::string>& columns,
                            absl::string_view kind) {
    std::string id = table.message;
    for (const std::string& column : columns) {
      absl::StrAppend(&id, "/", table.FindColumn(column)->field->number, " ",
                      column);
    }
    const std::string hash = Sha256Hex(id).substr(0, 8);
    return PostgresName(table.name, absl::StrJoin(columns, "_"),
                        absl::StrCat(hash, "_", kind));
  }

  // One for a table: a row that gets one value must not lack another.
  Statements Fills() const {
    Statements statements;
    for (const auto& [table, columns] : fills_) {
      std::string values;
      std::string conditions;
      for (const auto& [column, value] : columns) {
        absl::StrAppend(&values, values.empty() ? "" : ", ", column,
                        " = coalesce(", column, ", ", value, ")");
        absl::StrAppend(&conditions, conditions.empty() ? "" : " OR ", column,
                        " IS NULL");
      }
      statements.push_back(absl::StrCat("UPDATE ", table, " SET ", values,
                                        " WHERE ", conditions, ";"));
    }
    return statements;
  }

  Script Parts() {
    Script script;
    const auto add = [&](Statements statements) {
      if (!statements.empty()) script.push_back({false, std::move(statements)});
    };
    add(std::move(now_));
    add(Fills());
    // Each with its own lock, for as long as it reads the table.
    for (std::string& statement : checked_) add({std::move(statement)});
    for (ScriptPart& part : indexes_) script.push_back(std::move(part));
    add(std::move(last_));
    add(std::move(unchecked_));
    for (std::string& statement : valid_references_) {
      add({std::move(statement)});
    }
    return script;
  }

  std::string Alter(const TableSpec& table) const {
    return absl::StrCat("ALTER TABLE ", QuotedTable(table, dialect_), " ");
  }
  void Now(std::string statement) { now_.push_back(std::move(statement)); }

  const SchemaChange& change_;
  const NamesOfDropped names_;
  const Dialect& dialect_ = PostgresDialect();
  ReferenceChanges references_;

  // In the order in which they are run.
  Statements now_;
  // By table, columns and their values instead of NULL; quoted.
  std::map<std::string, std::vector<Renaming>> fills_;
  Statements checked_;
  std::vector<ScriptPart> indexes_;
  Statements last_;
  Statements unchecked_;  // references
  Statements valid_references_;
};

}  // namespace

Script PostgresScript(const SchemaMatch& match, const SchemaChange& change,
                      NamesOfDropped names) {
  return PostgresWriter(match, change, names).Write();
}

}  // namespace modelservice
