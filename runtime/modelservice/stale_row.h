// Rows that somebody else has changed since they were read.
//
//   absl::Status saved = orders.Update(&order);
//   if (const auto stale = modelservice::GetStaleRow(saved)) {
//     // stale->field: "version"; stale->given: "2"; stale->current: "3"
//   }
//
// A model with a field of role VERSION or ETAG says so of each write that
// brings another value than the row's. Plain data; pure functions, thread-safe.
#ifndef MODELSERVICE_STALE_ROW_H_
#define MODELSERVICE_STALE_ROW_H_

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace modelservice {

struct StaleRow {
  std::string field;    // the proto field that differs
  std::string given;    // what the write brought
  std::string current;  // what the row has
};

// None for an error of another kind.
std::optional<StaleRow> GetStaleRow(const absl::Status& status);

}  // namespace modelservice

#endif  // MODELSERVICE_STALE_ROW_H_
