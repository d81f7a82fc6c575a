// Rows on their way from records into tables, some at a time.
#ifndef MODELSERVICE_MANAGE_ROW_LOADER_H_
#define MODELSERVICE_MANAGE_ROW_LOADER_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "modelservice/database.h"
#include "modelservice/manage/load_order.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

struct LoadedRow {
  const TableToLoad* step = nullptr;
  std::unique_ptr<google::protobuf::Message> message;
  std::string place;  // for errors
};

// How rows come that refer to each other.
enum class RowOrder { kAsTheyCome, kTableByTable };

// Rows of one model that stand behind each other in a file, each with every
// column as its message has it; no default is filled in, no hook is run, no
// signal sent. Errors name the place of the row and the mend, and keep the
// database's own error.
class RowLoader {
 public:
  // `upsert`: a row whose key is there is overwritten.
  RowLoader(bool upsert, RowOrder order) : upsert_(upsert), order_(order) {}

  // Rows of one model. What is deferred is NULL.
  absl::Status Insert(Transaction& transaction,
                      absl::Span<const LoadedRow> rows) const;
  // The deferred columns of such rows.
  absl::Status Connect(Transaction& transaction,
                       absl::Span<const LoadedRow> rows) const;
  // So that the database gives no key that one of `rows` has: on PostgreSQL, a
  // sequence knows nothing of keys that are given.
  absl::Status MoveSequence(Transaction& transaction,
                            absl::Span<const LoadedRow> rows) const;

  // Whether the row has this key, as the database has it.
  static absl::StatusOr<bool> HasKey(Transaction& transaction,
                                     const LoadedRow& row,
                                     absl::Span<const Literal> key);
  // The error of a row that refers to none.
  static absl::Status Lost(const LoadedRow& row,
                           const ReferenceToLoad& reference);

  // Whether Connect has anything to do for the row.
  static bool IsConnected(const LoadedRow& row);

 private:
  absl::Status ConnectEach(Transaction& transaction,
                           absl::Span<const LoadedRow> rows) const;
  // Of few enough rows, by one statement, which reads the columns, too.
  absl::Status ConnectTogether(Transaction& transaction,
                               absl::Span<const LoadedRow> rows) const;
  absl::Status InsertOnce(Transaction& transaction,
                          absl::Span<const LoadedRow> rows) const;
  absl::Status Upsert(Transaction& transaction,
                      absl::Span<const LoadedRow> rows) const;

  const bool upsert_;
  const RowOrder order_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_ROW_LOADER_H_
