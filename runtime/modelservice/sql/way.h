// Ways from a row to others that it refers to, along foreign keys. A key is a
// position in its table's columns, of the one that refers, or, from
// `columns.size()` on, one in its `foreign_keys` behind that.
//
//   // From an order to its customer, and on to the customer's company.
//   const auto customer = MakeWay(nullptr, kOrderTable, 1, kCustomerTable);
//   const auto company = MakeWay(customer, kCustomerTable, 2, kCompanyTable);
//   const Expression name = Expression::Through(company, 1);
//
// A SELECT joins each way once, however many of its columns are at the end of
// one; other statements look each such column up by itself. Immutable; the
// tables outlive it.
#ifndef MODELSERVICE_SQL_WAY_H_
#define MODELSERVICE_SQL_WAY_H_

#include <memory>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/select.h"

namespace modelservice {

// A column of a key, and that of the other table which it refers to.
struct KeyPart {
  int column;
  int referred;
};

struct Way {
  std::shared_ptr<const Way> before;  // null: from the statement's own table
  const Table* from;
  int key;  // of `from`
  const Table* to;
  std::vector<KeyPart> parts;
  // By no column that may be NULL, to no row that may be hidden: there is a row
  // at its end.
  bool always;
};

// By `key` of `from`, which refers to `to`.
std::shared_ptr<const Way> MakeWay(std::shared_ptr<const Way> before,
                                   const Table& from, int key, const Table& to);

// The columns of `key`.
std::vector<int> KeyColumns(const Table& from, int key);
// With those of `to` that they refer to.
std::vector<KeyPart> KeyParts(const Table& from, int key, const Table& to);
// Of a key of one column.
int KeyReferredTo(const Table& from, int column, const Table& to);

bool SameWay(const Way* a, const Way* b);

// The way without its first step; null where it has no other.
std::shared_ptr<const Way> WithoutFirstStep(const Way& way);

// The rows of `related` whose `key` refers to the row of `table` at the end of
// `way`; null: to a row of the statement around.
Select RelatedTo(std::shared_ptr<const Way> way, const Table& table,
                 const Table& related, int key, const Expression& condition);

// The row of `to` that `key` of a row of the statement around refers to, which
// is one of `from`.
Select ReferredTo(const Table& from, int key, const Table& to,
                  const Expression& condition);

// The table in between of rows that are related through it, in their SELECT.
inline constexpr absl::string_view kBetween = "between";

// The rows of `related` that `to` of rows of `between` refers to.
Select SelectThrough(const Table& related, const Table& between, int to);

// Of these, those where `from` of the rows in between refers to the row of
// `table` at the end of `way`; null: to a row of the statement around.
Select RelatedThrough(std::shared_ptr<const Way> way, const Table& table,
                      const Table& related, const Table& between, int from,
                      int to, const Expression& condition);

// The ways that the SELECT has to join, each once, behind those that they go
// on from.
std::vector<const Way*> WaysOf(const Select& select);

// Adds the tables at the ends of ways, and those of related rows, if they are
// not there yet.
void AddTablesOf(const Expression& e, std::vector<const Table*>* tables);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_WAY_H_
