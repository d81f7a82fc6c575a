// One prepared statement of one connection.
#ifndef MODELSERVICE_DB_SQLITE_PREPARED_STATEMENT_H_
#define MODELSERVICE_DB_SQLITE_PREPARED_STATEMENT_H_

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/timestamp_text.h"
#include "modelservice/value.h"

namespace modelservice::sqlite {

// Bound, stepped row by row, reset, and used again. Used by one thread at a
// time, as its connection is.
class PreparedStatement {
 public:
  // Takes `statement` over.
  PreparedStatement(absl::string_view text, sqlite3_stmt* statement);
  ~PreparedStatement() { sqlite3_finalize(statement_); }
  PreparedStatement(const PreparedStatement&) = delete;
  PreparedStatement& operator=(const PreparedStatement&) = delete;

  const std::string& text() const { return text_; }
  // How long a read took the last time.
  enum class Speed : uint8_t { kUnknown, kQuick, kSlow };
  Speed speed = Speed::kUnknown;

  // Changes nothing in the database.
  bool read_only() const { return read_only_; }
  bool returns_rows() const { return returns_rows_; }
  size_t parameter_count() const { return parameter_count_; }

  // What the values point to must outlive the last Step.
  absl::Status Bind(absl::Span<const Value> parameters);
  // SQLITE_ROW, SQLITE_DONE, or an error's extended code.
  int Step() {
    running_ = true;
    return sqlite3_step(statement_);
  }
  // The row that Step came to; valid until the next Step or Reset.
  Row row();
  void Reset() {
    if (std::exchange(running_, false)) sqlite3_reset(statement_);
  }

 private:
  int BindOne(int position, const Value& value);

  const std::string text_;
  sqlite3_stmt* const statement_;
  const bool read_only_;
  const bool returns_rows_;
  const size_t parameter_count_;
  bool running_ = false;
  std::vector<Value> row_;
  // One for each parameter, made when the first timestamp is bound.
  std::vector<TimestampText> timestamps_;
};

}  // namespace modelservice::sqlite

#endif  // MODELSERVICE_DB_SQLITE_PREPARED_STATEMENT_H_
