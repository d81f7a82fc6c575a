// Finds messages by the names that options give them.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_RESOLVER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_RESOLVER_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace modelservice::plugin {

// The message that `name` means inside `scope`, a full name like
// "shop.v1.Order", as protoc resolves the names of types: the innermost scope
// that knows the first part of the name decides; a leading dot starts at the
// root; what `file` does not import is not seen. Null when there is none.
const google::protobuf::Descriptor* ResolveMessage(
    const google::protobuf::FileDescriptor& file, const std::string& scope,
    const std::string& name);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_RESOLVER_H_
