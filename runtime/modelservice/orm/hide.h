// Rows that are deleted and stay: of a model with a DELETE_TIME.
#ifndef MODELSERVICE_ORM_HIDE_H_
#define MODELSERVICE_ORM_HIDE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "modelservice/orm/row_set.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/update.h"
#include "modelservice/transaction.h"

namespace modelservice {

// The UPDATE that hides the rows of `table` that meet `where`, at `now`.
// `forms` are those of the live table's columns.
Update HidingUpdate(const Table& table, absl::Span<const ColumnForm> forms,
                    const Expression& where, absl::Time now);

// Whether other rows may have to go, or change, with those of the table.
inline bool HasDependents(const Table& table) {
  return !table.dependents.empty();
}

// Hides the rows of `table` that meet `where` and are there, and says how many.
// What refers to them follows by its `on_delete`: CASCADE hides it at the same
// time, SET_NULL and SET_DEFAULT change it, and where rows are there that have
// none of these it is the database's error for a foreign key. With dependents,
// in a transaction.
// `gone`, if it is not null, has them and those that followed, by table.
absl::StatusOr<int64_t> HideRows(const Session& session, const Table& table,
                                 const Expression& where, absl::Time now,
                                 RowsByTable* gone = nullptr);

// What RowsByTable calls it.
std::string NameOf(const Table& table);

// What refers to the rows that meet `where`, and are hidden, follows them.
absl::Status HideFollowing(const Session& session, const Table& table,
                           const Expression& where, absl::Time now);

// Shows the deleted rows of `table` that meet `where`, and those that were
// hidden with them, and says how many of the table. The database's error for a
// foreign key where one refers to what is not there. In a transaction.
absl::StatusOr<int64_t> ShowRows(const Session& session, const Table& table,
                                 const Expression& where, absl::Time now);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_HIDE_H_
