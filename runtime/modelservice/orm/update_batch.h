// Rows that are written by their keys, as many by one statement as it takes.
#ifndef MODELSERVICE_ORM_UPDATE_BATCH_H_
#define MODELSERVICE_ORM_UPDATE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/orm/row_state.h"
#include "modelservice/orm/row_values.h"
#include "modelservice/orm/session.h"
#include "modelservice/schema/model.h"
#include "modelservice/sql/column_form.h"
#include "modelservice/sql/expression.h"
#include "modelservice/sql/update.h"
#include "modelservice/transaction.h"
#include "modelservice/value.h"

namespace modelservice {

// What all of the rows have in common; all of it outlives them.
struct ManyRows {
  Transaction& transaction;
  const Session& session;  // in the transaction
  const Model& model;
  const LiveTable& live;
  // Beside the key: which rows are there at all.
  const Expression& there;
  // Those that somebody named, and then what tells the rows' states.
  absl::Span<const int> columns;
  absl::Span<const int> written;
};

// One of them, whose values are as its columns are to hold them.
struct RowToWrite {
  RowToWrite(const Model& model, size_t row) : number(row), values(model) {}

  const size_t number;
  RowValues values;
  RowState state;
  TextArena arena;
  // Columns that stay as they are (sparing.h).
  std::vector<int> spared;
  // For each written column what the row may have in its place and is shown as
  // the same (ShowsAs); NULL: nothing.
  std::vector<Value> others;
};

// Rows wait in it until there are enough, or the next one has to see what they
// were written to. Where the database refuses a statement of several, or it
// finds fewer rows than it has, they are written one by one, by which each has
// its own true error.
class UpdateBatch {
 public:
  explicit UpdateBatch(const ManyRows& rows);

  // Whether one waits with this key.
  bool Has(const std::vector<Value>& key) const;
  absl::Status Add(std::unique_ptr<RowToWrite> row,
                   const std::vector<Value>& key);
  // Writes those that wait.
  absl::Status Flush();
  // How many rows were there of those that are written.
  int64_t changed() const { return changed_; }

 private:
  using Rows = std::vector<std::unique_ptr<RowToWrite>>;

  bool GoesWithOthers(RowToWrite& row) const;
  absl::StatusOr<int64_t> WriteTogether(const Rows& rows);
  absl::Status WriteOne(const RowToWrite& row);
  absl::Status CheckOwnersOf(const Rows& rows) const;
  // The statement, and what it gives each row.
  Update UpdateOfAll(const Rows& rows, std::vector<Value>* parameters) const;

  const ManyRows rows_;
  const std::vector<int> states_;
  const size_t most_;
  Rows waiting_;
  std::set<std::string> keys_;
  int64_t changed_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_UPDATE_BATCH_H_
