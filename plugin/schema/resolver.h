// Finds messages by the names that options give them.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_RESOLVER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_RESOLVER_H_

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/container/flat_hash_set.h"

namespace modelservice::plugin {

// The names that options of one file may use. What the file sees is found out
// once, when a name is first looked up.
class Resolver {
 public:
  // `file` outlives this.
  explicit Resolver(const google::protobuf::FileDescriptor& file)
      : file_(file) {}

  // The message that `name` means inside `scope`, a full name like
  // "shop.v1.Order", as protoc resolves the names of types: the innermost scope
  // that knows the first part of the name decides; a leading dot starts at the
  // root; what the file does not import is not seen. Null when there is none.
  const google::protobuf::Descriptor* Message(const std::string& scope,
                                              const std::string& name);

  // Whether the file sees the message.
  bool Sees(const google::protobuf::Descriptor& message);

 private:
  void LookAround();
  void Add(const google::protobuf::FileDescriptor& file);
  const google::protobuf::Descriptor* Find(const std::string& full_name);
  bool IsScope(const std::string& full_name);

  const google::protobuf::FileDescriptor& file_;
  // Both filled by LookAround.
  absl::flat_hash_set<const google::protobuf::FileDescriptor*> visible_;
  absl::flat_hash_set<std::string> packages_;  // and what is around them
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_RESOLVER_H_
