// The one number that a statement yields, as SELECT count(*) does.
#ifndef MODELSERVICE_DB_NUMBER_SINK_H_
#define MODELSERVICE_DB_NUMBER_SINK_H_

#include <cstdint>

#include "absl/status/status.h"
#include "modelservice/statement.h"

namespace modelservice {

class NumberSink final : public RowSink {
 public:
  absl::Status OnRow(Row row) override {
    number = row[0].integer();
    return absl::OkStatus();
  }
  void OnRestart() override { number = 0; }

  int64_t number = 0;
};

}  // namespace modelservice

#endif  // MODELSERVICE_DB_NUMBER_SINK_H_
