// References that must not be NULL and go in circles, as from a row to another
// one of its own table: no order of rows keeps them all, so that the database
// looks at them when all rows are there.
//
//   LateReferences late(tables);
//   status = late.Begin(transaction);
//   ... rows in any order ...
//   absl::StatusOr<std::optional<LostRow>> lost = late.Find(transaction);
//   status = late.End(transaction);
//
// SQLite knows this of a transaction. PostgreSQL knows it of a constraint, so
// that those are altered within the transaction, which takes the tables' owner
// and keeps others from the tables until it ends.
//
// Ownership: refers to the tables. Threads: the transaction's. Errors: lines
// for the user.
#ifndef MODELSERVICE_MANAGE_LATE_REFERENCES_H_
#define MODELSERVICE_MANAGE_LATE_REFERENCES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/manage/load_order.h"
#include "modelservice/sql/literal.h"
#include "modelservice/transaction.h"

namespace modelservice {

// A row that refers to none.
struct LostRow {
  const TableToLoad* table = nullptr;
  const ReferenceToLoad* reference = nullptr;
  std::vector<Literal> key;
};

class LateReferences {
 public:
  explicit LateReferences(absl::Span<const TableToLoad> tables);

  bool empty() const { return names_.empty(); }
  // "shop.Node.parent_id"
  const std::vector<std::string>& names() const { return names_; }

  absl::Status Begin(Transaction& transaction);
  // The first such row, before the database says that there is one.
  absl::StatusOr<std::optional<LostRow>> Find(Transaction& transaction) const;
  // Everything is as it was before Begin.
  absl::Status End(Transaction& transaction);

 private:
  absl::Status AlterConstraints(Transaction& transaction);

  const absl::Span<const TableToLoad> tables_;
  std::vector<std::string> names_;
  std::vector<std::string> altered_;  // the beginnings of their statements
};

// "parent_id", or "(a, b)" of several.
std::string ColumnsOf(const TableToLoad& table,
                      const ReferenceToLoad& reference);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_LATE_REFERENCES_H_
