#include "plugin/schema/message_traits.h"

#include <algorithm>

namespace modelservice::plugin {
namespace {

namespace pb = google::protobuf;

void Add(const MessageTraits::Traits& more, MessageTraits::Traits* traits) {
  traits->extensions |= more.extensions;
  traits->groups |= more.groups;
}

}  // namespace

MessageTraits::Traits MessageTraits::Of(const pb::Descriptor& message) {
  if (!nodes_.contains(&message)) {
    Enter(message);
    while (!path_.empty()) {
      const Step step = path_.back();
      if (step.field < step.message->field_count()) {
        ++path_.back().field;
        Follow(*step.message, *step.message->field(step.field));
      } else {
        path_.pop_back();
        Leave(*step.message);
      }
    }
  }
  return nodes_[&message].traits;
}

void MessageTraits::Enter(const pb::Descriptor& message) {
  Node node;
  node.index = node.low = static_cast<int>(nodes_.size());
  node.traits.extensions = message.extension_range_count() > 0;
  nodes_.emplace(&message, node);
  open_.push_back(&message);
  path_.push_back({&message, 0});
}

void MessageTraits::Follow(const pb::Descriptor& message,
                           const pb::FieldDescriptor& field) {
  const pb::Descriptor* const type = field.message_type();
  if (type == nullptr) return;
  if (field.type() == pb::FieldDescriptor::TYPE_GROUP) {
    nodes_[&message].traits.groups = true;
  }
  const auto found = nodes_.find(type);
  if (found == nodes_.end()) return Enter(*type);
  // Below this one: a circle, whose types are all alike.
  const Node& other = found->second;
  Node& node = nodes_[&message];
  if (other.open) node.low = std::min(node.low, other.index);
  Add(other.traits, &node.traits);
}

// Everything inside of `message` has been looked at.
void MessageTraits::Leave(const pb::Descriptor& message) {
  const Node node = nodes_[&message];
  if (node.low == node.index) {
    const pb::Descriptor* last = nullptr;
    while (last != &message) {
      last = open_.back();
      open_.pop_back();
      Node& member = nodes_[last];
      member.open = false;
      member.traits = node.traits;
    }
  }
  if (path_.empty()) return;
  Node& outer = nodes_[path_.back().message];
  outer.low = std::min(outer.low, node.low);
  Add(node.traits, &outer.traits);
}

}  // namespace modelservice::plugin
