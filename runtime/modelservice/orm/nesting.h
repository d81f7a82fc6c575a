// How deep a value may nest. Readers of protobuf take a hundred messages inside
// of each other, and a row is inside of others: a List's reply, a chunk of a
// stream, whatever else has the model as a field. There must be room for these.
#ifndef MODELSERVICE_ORM_NESTING_H_
#define MODELSERVICE_ORM_NESTING_H_

#include "absl/strings/string_view.h"

namespace modelservice {

// The most messages inside of each other in a column, an entry of a map being
// one; the column's own counts.
constexpr int kMostLevels = 90;
// In JSON, of which protobuf writes no more.
constexpr int kMostJsonLevels = 64;

constexpr absl::string_view kTooDeep =
    "Ensure that this field nests no more than 90 messages.";
constexpr absl::string_view kTooDeepForJson =
    "Ensure that this field nests no more than 64 messages.";

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_NESTING_H_
