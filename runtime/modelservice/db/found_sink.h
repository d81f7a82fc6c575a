// Whether a statement has found a row.
#ifndef MODELSERVICE_DB_FOUND_SINK_H_
#define MODELSERVICE_DB_FOUND_SINK_H_

#include "absl/status/status.h"
#include "modelservice/statement.h"

namespace modelservice {

class FoundSink final : public RowSink {
 public:
  absl::Status OnRow(Row) override {
    found = true;
    return absl::OkStatus();
  }
  void OnRestart() override { found = false; }

  bool found = false;
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_FOUND_SINK_H_
