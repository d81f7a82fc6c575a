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
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/database.h"
#include "modelservice/schema/sql_type.h"
#include "modelservice/schema/table_spec.h"

namespace modelservice::catalog {

using ::modelservice::AffinityOf;
using ::modelservice::ParseSqlType;
using ::modelservice::SqlType;

// Of a spec a catalog fills what the database knows: no message, no fields, no
// order of rows.
using Column = ColumnSpec;
using ForeignKey = ReferenceSpec;
using IndexPart = ColumnOrder;
using Index = IndexSpec;
using Check = CheckSpec;

// What an index of PostgreSQL's has `beyond` that CREATE INDEX CONCURRENTLY was
// not done with: it is for no query, and keeps nothing unique.
inline constexpr char kInvalid[] = "INVALID";

struct Table : TableSpec {
  enum class Kind { kTable, kView, kVirtual, kForeign };

  Kind kind = Kind::kTable;
  std::string comment;
  // Why its columns could not be read; empty when they could.
  std::string fault;
  // Whether it is a virtual table's own store, which SQLite keeps from being
  // written.
  bool shadow = false;
  // Whether its key is SQLite's rowid, so that a row always has one.
  bool key_is_rowid = false;
  // By column, what its type itself, a domain, asks of each value: conditions
  // in SQL with the column's name.
  std::map<std::string, std::vector<std::string>> type_checks;
  // By foreign key, of several columns, which of them alone its ON DELETE SET
  // NULL or SET DEFAULT sets. No model says so.
  std::map<std::string, std::vector<std::string>> set_columns;
  // The names of PostgreSQL's constraints that are NOT VALID: of rows that were
  // there before them nobody knows.
  std::set<std::string> unchecked;

  // The columns that ON DELETE sets, and whether they are not all of the key's.
  const std::vector<std::string>& SetOnDelete(const ForeignKey& key) const;
  bool SetsSome(const ForeignKey& key) const;
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

// Reads all of it, on one snapshot. What a foreign key does is what happens: to
// set NULL in a column that is NOT NULL is to refuse. The error is a line for
// the user.
absl::StatusOr<Catalog> ReadCatalog(Database& database);

// How many rows the table has; `most` where it has so many or more.
absl::StatusOr<int64_t> CountRows(
    Database& database, const Table& table,
    int64_t most = std::numeric_limits<int64_t>::max());

}  // namespace modelservice::catalog

#endif  // MODELSERVICE_INTROSPECT_CATALOG_H_
