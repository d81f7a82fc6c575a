// What leads from one schema to another, before it is SQL.
//
//   const SchemaMatch match = MatchOf(before, after);
//   const SchemaChange up = ChangeOf(match);
//   const SchemaChange down = ChangeOf(Reversed(match));
//
// A table is the same when its message is, a column when its field has the
// number that it had, or when the options say what they are renamed from; then,
// when they are called as one that nothing else is the same as. Nothing is
// guessed beyond that.
//
// Views of both schemas, which outlive what is made here.
#ifndef MODELSERVICE_MIGRATE_SCHEMA_CHANGE_H_
#define MODELSERVICE_MIGRATE_SCHEMA_CHANGE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "modelservice/migrate/schema.h"

namespace modelservice {

struct TableMatch {
  const TableSpec* before = nullptr;  // null: made
  const TableSpec* after = nullptr;   // null: dropped
  // By their names before and after; those without a partner are not in it.
  std::vector<std::pair<std::string, std::string>> columns;
  // By column; null: unknown.
  const std::map<std::string, ValueForm>* forms_before = nullptr;
  const std::map<std::string, ValueForm>* forms_after = nullptr;
};
using SchemaMatch = std::vector<TableMatch>;

SchemaMatch MatchOf(const Schema& before, const Schema& after);
SchemaMatch Reversed(const SchemaMatch& match);

using Renaming = std::pair<std::string, std::string>;

struct AlteredColumn {
  const ColumnSpec* before;
  const ColumnSpec* after;
  const ValueForm* form_before;
  const ValueForm* form_after;

  // Of the column, or of what it holds.
  bool type() const { return before->type.text != after->type.text || form(); }
  bool form() const;
  // Whether the type is the same, and nobody wrote down that the values are
  // not: those that are there are sound as they are.
  bool may_hold_the_same() const;
  bool nullable() const { return before->nullable != after->nullable; }
  bool default_sql() const { return before->default_sql != after->default_sql; }
  bool generated() const { return before->generated != after->generated; }
};

// Of a table that stays.
struct TableChange {
  const TableSpec* before;
  const TableSpec* after;
  // `before` by the names that tables and columns have after: columns that go
  // are not in it, and what names them, or tables that go, is like nothing.
  TableSpec moved;

  std::vector<Renaming> renamed_columns;
  std::vector<const ColumnSpec*> dropped_columns;  // of before
  std::vector<const ColumnSpec*> added_columns;    // of after
  std::vector<AlteredColumn> altered_columns;      // of moved and after
  // Of columns that stay, before and after; by their names after.
  std::map<std::string, std::pair<const ValueForm*, const ValueForm*>> forms;
  bool key = false;
  // Dropped ones are before's, added ones after's.
  std::vector<const IndexSpec*> dropped_indexes;
  std::vector<const IndexSpec*> added_indexes;
  std::vector<Renaming> renamed_indexes;
  std::vector<const CheckSpec*> dropped_checks;
  std::vector<const CheckSpec*> added_checks;
  std::vector<Renaming> renamed_checks;
  std::vector<const ReferenceSpec*> dropped_references;
  std::vector<const ReferenceSpec*> added_references;

  bool renamed() const {
    return before->name != after->name || before->schema != after->schema;
  }
  bool empty() const;
};

struct SchemaChange {
  std::vector<const TableSpec*> made;
  std::vector<const TableSpec*> dropped;
  std::vector<TableChange> changed;

  bool empty() const {
    return made.empty() && dropped.empty() && changed.empty();
  }
};

SchemaChange ChangeOf(const SchemaMatch& match);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_SCHEMA_CHANGE_H_
