// Ways from a row to others that it refers to, along foreign keys.
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

#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/select.h"

namespace modelservice {

struct Way {
  std::shared_ptr<const Way> before;  // null: from the statement's own table
  const Table* from;
  int column;  // of `from`, which refers to `key`
  const Table* to;
  int key;      // of `to`
  bool always;  // by no column that may be NULL: there is a row at its end
};

// By `column` of `from`, which refers to a column of `to`.
std::shared_ptr<const Way> MakeWay(std::shared_ptr<const Way> before,
                                   const Table& from, int column,
                                   const Table& to);

bool SameWay(const Way* a, const Way* b);

// The way without its first step; null where it has no other.
std::shared_ptr<const Way> WithoutFirstStep(const Way& way);

// The rows of `related` whose `column` refers to the row of `table` at the end
// of `way`; null: to a row of the statement around.
Select RelatedTo(std::shared_ptr<const Way> way, const Table& table,
                 const Table& related, int column, const Expression& condition);

// The ways that the SELECT has to join, each once, behind those that they go
// on from.
std::vector<const Way*> WaysOf(const Select& select);

// Adds the tables at the ends of ways, and those of related rows, if they are
// not there yet.
void AddTablesOf(const Expression& e, std::vector<const Table*>* tables);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_WAY_H_
