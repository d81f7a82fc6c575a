// Takes all rows of a statement.
#ifndef MODELSERVICE_DB_ROWS_SINK_H_
#define MODELSERVICE_DB_ROWS_SINK_H_

#include <utility>
#include <vector>

#include "modelservice/sql/literal.h"
#include "modelservice/statement.h"

namespace modelservice {

class RowsSink final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    std::vector<Literal>& kept = rows_.emplace_back();
    for (const Value& value : row) kept.emplace_back(value);
    return absl::OkStatus();
  }
  void OnRestart() override { rows_.clear(); }

  std::vector<std::vector<Literal>> Take() { return std::move(rows_); }

 private:
  std::vector<std::vector<Literal>> rows_;
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_ROWS_SINK_H_
