// A TableSpec as the constants of generated code: what writes DDL and
// statements from a `const Table&` takes this one, too.
//
//   const OwnedTable owned(spec);
//   CreateTableSql(owned.table(), PostgresDialect());
//
// Immutable; what table() gives is valid as long as the object, wherever it is
// moved.
#ifndef MODELSERVICE_SCHEMA_OWNED_TABLE_H_
#define MODELSERVICE_SCHEMA_OWNED_TABLE_H_

#include <memory>

#include "modelservice/schema/table.h"
#include "modelservice/schema/table_spec.h"

namespace modelservice {

class OwnedTable {
 public:
  // What only a live database says has no place in a Table and is not in this
  // one: DEFAULTs in SQL, comments, columns computed by an expression, indexes
  // that go `beyond`, UNIQUE over several columns, names of foreign keys. A
  // column without a field stores one of its own name that
  // has the number 0.
  explicit OwnedTable(TableSpec spec);
  OwnedTable(OwnedTable&&) noexcept;
  OwnedTable& operator=(OwnedTable&&) noexcept;
  ~OwnedTable();

  const TableSpec& spec() const;
  const Table& table() const;

 private:
  struct Parts;

  std::unique_ptr<const Parts> parts_;
};

// One column alone, which must outlive the view: without what its table says of
// it - key, UNIQUE, reference - and without the values that it allows.
Column ViewOf(const ColumnSpec& column);

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_OWNED_TABLE_H_
