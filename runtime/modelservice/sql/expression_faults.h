// What is wrong with an expression that a query was given: what one database
// would refuse in words of its own, and another take for something else. Looked
// for before there is SQL.
//
//   std::string fault = RowFault(condition);
//   if (!fault.empty()) return absl::InvalidArgumentError(fault);
//
// Each is words that name the field and the mend, or "". Pure; safe from any
// thread.
#ifndef MODELSERVICE_SQL_EXPRESSION_FAULTS_H_
#define MODELSERVICE_SQL_EXPRESSION_FAULTS_H_

#include <string>

#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/stored_literals.h"

namespace modelservice {

// Types that do not go together: a sum of texts, a decimal with a text. Texts
// that lie in columns of numbers by `tables` are none.
std::string TypeFault(const Expression& e, absl::Span<const TableForms> tables);
// What is set to a column of decimals, and is a text.
std::string DecimalFault(const Expression& value,
                         absl::Span<const TableForms> tables);
// Where one row counts: what is of many.
std::string RowFault(const Expression& e);
// Of a group of `table`'s rows in which `keys` are the same; without any, of
// all rows together: a column that is not.
std::string GroupFault(const Expression& e, const Table& table,
                       absl::Span<const Expression> keys);

}  // namespace modelservice

#endif  // MODELSERVICE_SQL_EXPRESSION_FAULTS_H_
