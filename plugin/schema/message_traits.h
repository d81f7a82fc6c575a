// What holds of a message type, or of one inside of it at any depth.
//
// Types refer to each other in circles, and many fields to the same types: each
// type is looked at once, however often it is asked for.
//
//   MessageTraits traits;
//   if (traits.Of(*field.message_type()).groups) ...
#ifndef MODELSERVICE_PLUGIN_SCHEMA_MESSAGE_TRAITS_H_
#define MODELSERVICE_PLUGIN_SCHEMA_MESSAGE_TRAITS_H_

#include <google/protobuf/descriptor.h>

#include <vector>

#include "absl/container/flat_hash_map.h"

namespace modelservice::plugin {

class MessageTraits {
 public:
  struct Traits {
    bool extensions = false;  // it has extension ranges
    bool groups = false;      // it has fields that are groups
  };

  Traits Of(const google::protobuf::Descriptor& message);

 private:
  struct Node {
    Traits traits;
    int index = 0;     // in the order of discovery
    int low = 0;       // the least index that is reached from here
    bool open = true;  // its circle is not complete yet
  };
  struct Step {
    const google::protobuf::Descriptor* message;
    int field;  // the next one to follow
  };

  void Enter(const google::protobuf::Descriptor& message);
  void Follow(const google::protobuf::Descriptor& message,
              const google::protobuf::FieldDescriptor& field);
  void Leave(const google::protobuf::Descriptor& message);

  absl::flat_hash_map<const google::protobuf::Descriptor*, Node> nodes_;
  // Tarjan's strongly connected components, without recursion: types may be
  // nested deeper than the stack is.
  std::vector<Step> path_;
  std::vector<const google::protobuf::Descriptor*> open_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_MESSAGE_TRAITS_H_
