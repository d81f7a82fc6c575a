// Fields of requests that options name by a path, like "order.weight".
#ifndef MODELSERVICE_PLUGIN_SCHEMA_REQUEST_PATH_H_
#define MODELSERVICE_PLUGIN_SCHEMA_REQUEST_PATH_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/strings/string_view.h"

namespace modelservice::plugin {

// The scalar or enum at the end of `path`, whose names before the last are
// singular messages. Null, with `fault` filled in, when there is none.
const google::protobuf::FieldDescriptor* FindRequestField(
    const google::protobuf::Descriptor& request, absl::string_view path,
    std::string* fault);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_REQUEST_PATH_H_
