// Many rows in one COPY. In text form, which every type has: a COPY in binary
// form has no place for a value that the server is to parse.
#ifndef MODELSERVICE_DB_POSTGRES_COPY_H_
#define MODELSERVICE_DB_POSTGRES_COPY_H_

#include <libpq-fe.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/schema/table.h"
#include "modelservice/value.h"

namespace modelservice::postgres {

// "COPY table (columns) FROM STDIN".
std::string CopySql(const Table& table, absl::Span<const int> columns);

// The rows of one COPY after another, encoded.
class CopyData {
 public:
  // `types` are those of the columns.
  explicit CopyData(std::vector<Oid> types) : types_(std::move(types)) {}

  // A value that its type cannot hold is kValue, naming its place.
  absl::Status Add(Row row);
  // Makes place for the next COPY.
  void Clear() { text_.clear(); }

  absl::string_view text() const { return text_; }
  // All that were ever added.
  int64_t rows() const { return rows_; }

 private:
  const std::vector<Oid> types_;
  std::string text_;
  int64_t rows_ = 0;
};

// Runs `sql`, a COPY FROM STDIN, with this data.
absl::Status RunCopy(Connection& connection, const std::string& sql,
                     absl::string_view data, const CallLimits* limits);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_COPY_H_
