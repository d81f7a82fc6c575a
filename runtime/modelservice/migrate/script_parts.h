// What the scripts of both databases are put together from.
#ifndef MODELSERVICE_MIGRATE_SCRIPT_PARTS_H_
#define MODELSERVICE_MIGRATE_SCRIPT_PARTS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "modelservice/migrate/schema_change.h"
#include "modelservice/sql/dialect.h"

namespace modelservice {

// "email"
std::string QuotedName(absl::string_view name);
std::string QuotedTable(absl::string_view schema, absl::string_view name,
                        const Dialect& dialect);
std::string QuotedTable(const TableSpec& table, const Dialect& dialect);
// "a", "b"
std::string QuotedList(const std::vector<std::string>& columns);

// The columns of an index, in its order.
std::vector<std::string> PartsOf(const IndexSpec& index);

// What becomes of the values of a column of `table`.
ValueChange ValueChangeOf(const AlteredColumn& column, const TableSpec& table,
                          bool on_postgres);

// Splits `sql` and adds its statements to `statements`.
void AppendStatements(absl::string_view sql,
                      std::vector<std::string>* statements);

// Renamings in an order in which no new name is still another's old one;
// circles go by a name of their own.
std::vector<Renaming> InOrder(const std::vector<Renaming>& renamings);

}  // namespace modelservice

#endif  // MODELSERVICE_MIGRATE_SCRIPT_PARTS_H_
