// What a new version of .proto files breaks for programs of the old one: on the
// wire, in JSON, and of the services that they call.
#ifndef MODELSERVICE_MANAGE_WIRE_DIFF_H_
#define MODELSERVICE_MANAGE_WIRE_DIFF_H_

#include <google/protobuf/descriptor.h>

#include <vector>

#include "modelservice/manage/finding.h"

namespace modelservice {

// Elements are found by their full names. Messages that are gone break nothing
// by themselves; the fields and methods of their types do.
std::vector<Finding> WireDiff(
    const std::vector<const google::protobuf::FileDescriptor*>& older,
    const std::vector<const google::protobuf::FileDescriptor*>& newer);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_WIRE_DIFF_H_
