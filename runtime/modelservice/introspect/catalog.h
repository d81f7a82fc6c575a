// What a live database says of its tables: the one structure for every
// database.
//
//   absl::StatusOr<Catalog> catalog = ReadCatalog(*database);
//   const catalog::Table* users = catalog->Find("auth_user");
//
// Plain data, owned by the Catalog; names are as the database has them.
#ifndef MODELSERVICE_INTROSPECT_CATALOG_H_
#define MODELSERVICE_INTROSPECT_CATALOG_H_

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/introspect/sql_type.h"
#include "modelservice/schema/table.h"

namespace modelservice::catalog {

struct Column {
  enum class Generated {
    kNo,
    kKey,         // SQLite's rowid, serial, GENERATED ... AS IDENTITY
    kExpression,  // computed from other columns; cannot be written
  };

  std::string name;
  SqlType type;
  bool nullable = true;
  Generated generated = Generated::kNo;
  // In SQL; not that of a generated key.
  std::optional<std::string> default_sql;
  std::string comment;
  // What the type itself, a domain, asks of each value: conditions in SQL with
  // the column's name.
  std::vector<std::string> type_checks;
};

struct ForeignKey {
  // Of the database's; SQLite has none.
  std::string name;
  std::vector<std::string> columns;
  std::string schema;
  std::string table;
  // As many as `columns`.
  std::vector<std::string> referenced;
  ReferentialAction on_delete = ReferentialAction::kNoAction;
  ReferentialAction on_update = ReferentialAction::kNoAction;
};

struct IndexPart {
  std::string column;  // empty for an expression
  bool descending = false;
};

struct Index {
  std::string name;
  std::vector<IndexPart> parts;
  bool unique = false;
  // Made by UNIQUE in the table's definition.
  bool of_constraint = false;
  // The condition of a partial index in SQL; else empty.
  std::string where;
  // What it has that parts, uniqueness and condition do not say, in words: "an
  // expression", "method gin". Empty when they say it all.
  std::string beyond;
};

struct Check {
  std::string name;  // may be empty on SQLite
  std::string sql;
};

struct Table {
  enum class Kind { kTable, kView, kVirtual, kForeign };

  // Of PostgreSQL, and only when the search_path does not find the table
  // without it.
  std::string schema;
  std::string name;
  Kind kind = Kind::kTable;
  std::vector<Column> columns;
  // In the key's order.
  std::vector<std::string> primary_key;
  // All but the primary key's; those of single columns, too.
  std::vector<Index> indexes;
  std::vector<Check> checks;
  std::vector<ForeignKey> foreign_keys;
  std::string comment;
  // Why its columns could not be read; empty when they could.
  std::string fault;
  // Whether it is a virtual table's own store, which SQLite keeps from being
  // written.
  bool shadow = false;

  const Column* FindColumn(absl::string_view column) const;
  bool IsKey(absl::string_view column) const;
  // Whether no two rows have the same value there; as a key of one column or
  // by an index over all rows.
  bool IsUnique(absl::string_view column) const;
  // The foreign key of this one column, or null.
  const ForeignKey* ReferenceOf(absl::string_view column) const;
  // "shop.customer", "customer".
  std::string FullName() const;
};

// A model of Django's: its name in lower case by its app and table.
struct DjangoModel {
  std::string app;
  std::string model;
};

struct Catalog {
  bool postgres = false;
  // Sorted by schema and name.
  std::vector<Table> tables;
  // Whether Django's migrate made the database.
  bool django = false;
  // From django_content_type.
  std::vector<DjangoModel> django_models;

  // By "name" or "schema.name"; as the database would find it. SQLite's names
  // are equal whatever their case.
  const Table* Find(absl::string_view name) const;
  const Table* FindReferenced(const ForeignKey& key) const;
};

// Reads all of it, on one snapshot. The error is a line for the user.
absl::StatusOr<Catalog> ReadCatalog(Database& database);

// How many rows the table has; `most` where it has so many or more.
absl::StatusOr<int64_t> CountRows(
    Database& database, const Table& table,
    int64_t most = std::numeric_limits<int64_t>::max());

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_CATALOG_H_
