// The owning description of a table: what options, a live database or a
// migration says of it, all in one form that can be compared, changed and
// printed. Generated code holds the same as constants (table.h);
// OwnedTable (owned_table.h) views a spec as such, SpecOf reads one.
//
//   TableSpec spec = SpecOf(*CustomerModel::Model().table);
//   spec.name = "customer_copy";
//   const OwnedTable copy(spec);
//   CreateTableSql(copy.table(), SqliteDialect());
//
// Columns are named, not counted, so that specs of one table whose columns
// stand in another order compare.
//
// A spec says what is so, in one way: a UNIQUE column is an index of a
// constraint, a key is in `primary_key`, a reference in `foreign_keys`.
//
// Plain values: safe to copy and, while nobody writes, to share.
#ifndef MODELSERVICE_SCHEMA_TABLE_SPEC_H_
#define MODELSERVICE_SCHEMA_TABLE_SPEC_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/schema/sql_type.h"
#include "modelservice/schema/table.h"

namespace modelservice {

// The field of a message that a column stores, and the rules of its values; as
// the members of Column.
struct FieldSpec {
  std::string name;
  int number = 0;
  FieldType type = FieldType::kInt32;
  Storage storage = Storage::kNative;
  Format format = Format::kNone;
  Role role = Role::kNone;
  MadeKey made = MadeKey::kNone;
  bool database_default = false;
  bool repeated = false;
  bool map = false;
  bool wrapper = false;
  bool presence = false;
  bool group = false;
  bool packed = false;
  bool required = false;
  bool output_only = false;
  bool input_only = false;
  bool immutable = false;
  bool filterable = true;
  bool sortable = true;
  bool searchable = false;
  bool full_view = false;
  bool sensitive = false;
  bool trim = false;
  int min_length = -1;
  int max_length = -1;
  int max_digits = -1;
  int decimal_places = -1;
  std::string min;
  std::string max;
  std::string pattern;
  std::vector<std::string> in;
  // Of an absent field, as the column stores it.
  std::optional<std::string> default_value;
  std::string read_requires;
  std::string write_requires;
  std::string verbose_name;
};

struct ColumnSpec {
  enum class Generated {
    kNo,
    kKey,         // SQLite's rowid, serial, GENERATED ... AS IDENTITY
    kExpression,  // computed from other columns; cannot be written
  };

  std::string name;
  // Without a text: what the dialect makes of the field.
  SqlType type;
  bool nullable = true;
  Generated generated = Generated::kNo;
  // In SQL; not that of a generated key. Of a model: none, for the dialect
  // makes it of the field.
  std::optional<std::string> default_sql;
  // What a database was told of it; a model tells none.
  std::string comment;
  // None where no message is known.
  std::optional<FieldSpec> field;
};

// One column of an index or an order.
struct ColumnOrder {
  std::string column;  // empty for an expression
  bool descending = false;
};

struct IndexSpec {
  std::string name;  // empty: the database's choice
  std::vector<ColumnOrder> parts;
  bool unique = false;
  // Made by UNIQUE in the table's definition.
  bool of_constraint = false;
  // The condition of a partial index in SQL; else empty.
  std::string where;
  // What it has that parts, uniqueness and condition do not say, in words: "an
  // expression", "method gin". Empty when they say it all.
  std::string beyond;
};

struct CheckSpec {
  std::string name;  // may be empty on SQLite
  std::string sql;
};

// A foreign key.
struct ReferenceSpec {
  // Of the database's; a model gives none, and SQLite has none.
  std::string name;
  std::vector<std::string> columns;
  std::string schema;
  std::string table;
  // As many as `columns`.
  std::vector<std::string> referenced;
  ReferentialAction on_delete = ReferentialAction::kNoAction;
  ReferentialAction on_update = ReferentialAction::kNoAction;
  // A model's rule: only to rows that the caller may see.
  bool visible_only = false;
};

struct TableSpec {
  // PostgreSQL's namespace; empty: where its search_path finds the table.
  std::string schema;
  std::string name;
  // What clients are told it is called, as a rule the message's own name; empty
  // where none is known.
  std::string message;
  std::string verbose_name;  // of a model; empty: by `message`
  std::vector<ColumnSpec> columns;
  // In the key's order.
  std::vector<std::string> primary_key;
  // The rows' order unless a request asks for another; ends with the key. A
  // live database has none.
  std::vector<ColumnOrder> ordering;
  // All but the primary key's; those of single columns, too.
  std::vector<IndexSpec> indexes;
  std::vector<CheckSpec> checks;
  std::vector<ReferenceSpec> foreign_keys;
  int default_page_size = 100;
  int max_page_size = 1000;
  ClientStyle style = ClientStyle::kNone;
  std::string tenant;  // where a call's is found; of a model

  const ColumnSpec* FindColumn(absl::string_view column) const;
  // A position in `columns`, or -1.
  int PositionOf(absl::string_view column) const;
  bool IsKey(absl::string_view column) const;
  // Whether no two rows have the same value there; as a key of one column or
  // by an index over all rows.
  bool IsUnique(absl::string_view column) const;
  // Whether no two rows have the same values in all of these, which differ:
  // they are the key, or those of an index over all rows.
  bool AreUnique(const std::vector<std::string>& of) const;
  // Whether the column's own definition says UNIQUE.
  bool HasUniqueConstraint(absl::string_view column) const;
  // The first foreign key of this one column, or null.
  const ReferenceSpec* ReferenceOf(absl::string_view column) const;
  // "shop.customer", "customer".
  std::string FullName() const;
};

// The same in every member.
bool operator==(const FieldSpec& a, const FieldSpec& b);
bool operator==(const ColumnSpec& a, const ColumnSpec& b);
bool operator==(const ColumnOrder& a, const ColumnOrder& b);
bool operator==(const IndexSpec& a, const IndexSpec& b);
bool operator==(const CheckSpec& a, const CheckSpec& b);
bool operator==(const ReferenceSpec& a, const ReferenceSpec& b);
bool operator==(const TableSpec& a, const TableSpec& b);

// An UNIQUE of the one column.
IndexSpec UniqueConstraint(absl::string_view column);
// A type that a user wrote; its text is kept as it is.
SqlType WrittenType(absl::string_view text);

// What `table` says. Its UNIQUE columns come first among the indexes.
TableSpec SpecOf(const Table& table);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_TABLE_SPEC_H_
