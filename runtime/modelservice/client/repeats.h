// What becomes of a call that comes twice.
#ifndef MODELSERVICE_CLIENT_REPEATS_H_
#define MODELSERVICE_CLIENT_REPEATS_H_

#include <google/protobuf/message.h>

#include "absl/types/span.h"

namespace modelservice::client {

enum class Repeats {
  kNever,    // it would be done twice
  kAlike,    // it reads, or has an id: its answer is that of the first
  kRefused,  // it is done once, and refused then, for the row has changed
};

// A field of a request or, with `outer`, of the message in that field of it.
// 0 is none.
struct FieldPath {
  int outer = 0;
  int field = 0;
};

// Whether one of the fields is there and neither empty nor 0.
bool SaysState(const google::protobuf::Message& request,
               absl::Span<const FieldPath> fields);

}  // namespace modelservice::client

#endif  // MODELSERVICE_CLIENT_REPEATS_H_
