// Rows that stay when the database has moved on.
#ifndef MODELSERVICE_DB_COPIED_ROWS_H_
#define MODELSERVICE_DB_COPIED_ROWS_H_

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "modelservice/database.h"
#include "modelservice/statement.h"

namespace modelservice {

// Rows that are copied while they are read, and can be read again.
class CopiedRows final : public RowSink {
 public:
  absl::Status OnRow(Row row) override;
  void OnRestart() override;

  size_t size() const { return row_count_; }
  Row row(size_t index) const {
    return Row(values_).subspan(index * columns_, columns_);
  }
  // The texts of the first column.
  std::vector<std::string> FirstTexts() const;

 private:
  std::vector<Value> values_;
  TextArena texts_;
  size_t columns_ = 0;
  size_t row_count_ = 0;
};

// For where nothing can stay open, like inside of a transaction that ends.
class CopiedCursor final : public Cursor {
 public:
  explicit CopiedCursor(std::unique_ptr<CopiedRows> rows)
      : rows_(std::move(rows)) {}

  void Fetch(size_t max_rows, RowSink& sink, Done done) override;

 private:
  const std::unique_ptr<CopiedRows> rows_;
  size_t next_ = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_COPIED_ROWS_H_
