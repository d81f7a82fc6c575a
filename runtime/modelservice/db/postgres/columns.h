// The rows of a result, given to a sink.
#ifndef MODELSERVICE_DB_POSTGRES_COLUMNS_H_
#define MODELSERVICE_DB_POSTGRES_COLUMNS_H_

#include <libpq-fe.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "modelservice/db/postgres/values.h"
#include "modelservice/statement.h"
#include "modelservice/value.h"

namespace modelservice::postgres {

// How the columns of a statement's result are read: all in binary form, or, as
// soon as the binary form of one of them is not known, all in text form.
class Columns {
 public:
  Columns() = default;
  // `described` has columns, with rows or without.
  explicit Columns(const PGresult* described);

  bool empty() const { return columns_.empty(); }
  // 0 text, 1 binary
  int format() const { return format_; }

 private:
  friend class RowReader;
  struct Column {
    Oid type;
    Form form;  // kOther when it is text
    Decode decode;
  };

  // Of a result whose form is what it is; null decoders for what cannot be
  // read.
  Columns(const PGresult* result, int format);
  bool Describe(const PGresult* result) const;

  std::vector<Column> columns_;
  int format_ = 1;
};

// Its buffers are used again, so that common rows need no allocation.
class RowReader {
 public:
  // Gives the rows of `result`, whose statement was described as `columns`, to
  // `sink` until it refuses one, which is the status.
  absl::Status GiveRows(const PGresult* result, const Columns& columns,
                        RowSink& sink);

 private:
  // False when a value cannot be read, whose column is `*place`.
  bool ReadRow(const PGresult* result, int row, const Columns& columns,
               int* place);

  std::vector<Value> values_;
  std::vector<std::string> spaces_;  // of values that are made, by column
};

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_COLUMNS_H_
