// A line of JSON with a row in it: {"model": "shop.Customer", "row": {...}}.
#ifndef MODELSERVICE_MANAGE_JSON_RECORD_H_
#define MODELSERVICE_MANAGE_JSON_RECORD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace modelservice {

struct JsonRecord {
  std::string model;
  absl::string_view row;  // of the line
};

// Finds the two; what the row says is not looked at. The error says what is
// wrong.
absl::StatusOr<JsonRecord> SplitJsonRecord(absl::string_view line);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_JSON_RECORD_H_
