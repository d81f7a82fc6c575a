// Many rows in one COPY, in binary form.
// https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
#ifndef MODELSERVICE_DB_POSTGRES_COPY_H_
#define MODELSERVICE_DB_POSTGRES_COPY_H_

#include <libpq-fe.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/db/postgres/connection.h"
#include "modelservice/db/postgres/parameters.h"
#include "modelservice/schema/table.h"
#include "modelservice/schema/value.h"

namespace modelservice::postgres {

// "COPY table (columns) FROM STDIN (FORMAT BINARY)".
std::string CopySql(const Table& table, absl::Span<const int> columns);

// Whether values of all of these types can be copied: for some, the server must
// parse text, which a COPY in binary form has no place for.
bool CanCopy(absl::Span<const Oid> types);

// The rows of one COPY, encoded.
class CopyData {
 public:
  explicit CopyData(std::vector<Oid> types);

  absl::Status Add(Row row);
  // Starts over.
  void Clear();

  bool empty() const { return rows_ == 0; }
  int64_t rows() const { return rows_; }
  size_t bytes() const { return bytes_.size(); }
  // Ends it, until Clear.
  absl::string_view Finish();

 private:
  void AddNumber(uint32_t number, int size);

  const std::vector<Oid> types_;
  Parameters parameters_;
  std::string bytes_;
  int64_t rows_ = 0;
};

// Runs `sql`, a COPY FROM STDIN, with this data.
absl::Status RunCopy(Connection& connection, const std::string& sql,
                     absl::string_view data, const CallLimits* limits);

}  // namespace modelservice::postgres

#endif  // MODELSERVICE_DB_POSTGRES_COPY_H_
