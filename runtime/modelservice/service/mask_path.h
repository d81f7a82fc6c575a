// The paths of masks that clients send, to read or to write (AIP-161).
#ifndef MODELSERVICE_SERVICE_MASK_PATH_H_
#define MODELSERVICE_SERVICE_MASK_PATH_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace modelservice {

// Of one mask: more paths than any table has columns, and as deep as messages
// may nest in protobuf's own readers.
inline constexpr int kMostPaths = 10000;
inline constexpr int kDeepestPath = 100;

// What a client is told of a mask with more than kMostPaths.
std::string TooManyPaths();

// Whether `path` has no more than kDeepestPath names.
bool IsShallow(absl::string_view path);

// Whether it names a field of `type`, or, with dots, one within its messages;
// what stands behind a list or a map is none.
bool IsFieldPath(const google::protobuf::Descriptor& type,
                 absl::string_view path);

// Has each path of `row` be as it is in `given`, a message of the same type.
// Where neither has the message that a path leads into, there is nothing to
// clear: none is made, which would put out another member of its oneof.
void MergePaths(const google::protobuf::Message& given,
                absl::Span<const std::string> paths,
                google::protobuf::Message* row);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_MASK_PATH_H_
