// One SQL statement with its parameters, and what running it gives: for SQL of
// a program's own.
//
//   Statement statement;
//   statement.text = "DELETE FROM customer WHERE owner = ?1";
//   statement.parameters = {Value::Text(owner)};
//   statement.writes = true;
//   NoRows rows;
//   absl::StatusOr<Outcome> done = db.Run(std::move(statement), rows);
//
// Ownership: plain data; its views are of its arena, or of what outlives it.
// Threads: as plain data is. Placeholders are the database's own: ?1 on SQLite,
// $1 on PostgreSQL.
#ifndef MODELSERVICE_STATEMENT_H_
#define MODELSERVICE_STATEMENT_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "modelservice/value.h"

namespace modelservice {

// `text` has one placeholder for each parameter, in the dialect's form, in
// order. Text and parameters may point into `arena` or to what outlives the
// statement. Backends cache the prepared form by `text`.
struct Statement {
  absl::string_view text;
  absl::InlinedVector<Value, 8> parameters;
  bool writes = false;
  // The sink takes every row, so that a write may be committed before its rows
  // are given out.
  bool keeps_rows = false;
  // At most one row comes: nothing needs to be read past it.
  bool single_row = false;
  // A read whose work is bounded whatever the tables hold: by key, or a page in
  // the order of an index. It may run in place of what called.
  bool quick = false;
  // A SELECT of at most one row that runs right after `text` has changed
  // something, as one with it, and gives the statement's rows in place of a
  // RETURNING. Its parameters are the last ones of `parameters`, once more.
  // Only where Dialect::reads_back().
  absl::string_view read_back;
  TextArena arena;
};

// What a statement did, besides its rows.
struct Outcome {
  // Rows inserted, updated or deleted.
  int64_t changes = 0;
  // The key that the database gave to the last inserted row; only where
  // Dialect::reports_inserted_key().
  int64_t inserted_key = 0;
};

// Takes a statement's rows.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // An error stops the statement, is its result, and undoes what it wrote.
  virtual absl::Status OnRow(Row row) = 0;
  // The statement starts anew: forget the rows so far.
  virtual void OnRestart() = 0;
};

// For a statement whose rows nobody wants.
class NoRows final : public RowSink {
 public:
  absl::Status OnRow(Row) override { return absl::OkStatus(); }
  void OnRestart() override {}
};

}  // namespace modelservice

#endif  // MODELSERVICE_STATEMENT_H_
