// What google.api.resource says of a message.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_GOOGLE_RESOURCE_H_
#define MODELSERVICE_PLUGIN_SCHEMA_GOOGLE_RESOURCE_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace modelservice::plugin {

// Its `plural`, like "bookShelves"; empty without one. It is read by its
// number, because its .proto is not everywhere.
std::string GoogleResourcePlural(const google::protobuf::Descriptor& message);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_GOOGLE_RESOURCE_H_
