#include "modelservice/orm/json_shape.h"

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "modelservice/base/compat.h"
#include "modelservice/base/mutex.h"

namespace modelservice {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::FieldDescriptor;

JsonShape::Kind KindOf(const Descriptor& type) {
  using Kind = JsonShape::Kind;
  const std::string name = compat::Str(type.full_name());
  if (name == "google.protobuf.Any") return Kind::kAny;
  if (name == "google.protobuf.Duration") return Kind::kDuration;
  if (name == "google.protobuf.FieldMask") return Kind::kFieldMask;
  if (name == "google.protobuf.Timestamp") return Kind::kTimestamp;
  if (name == "google.protobuf.Value") return Kind::kValue;
  return Kind::kOther;
}

// Whether a name in JSON may be taken for another field's.
bool SharesNames(const Descriptor& type) {
  absl::flat_hash_set<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string name = compat::Str(field.name());
    const std::string json = compat::Str(field.json_name());
    if (json.empty() || !names.insert(json).second) return true;
    if (name != json && !names.insert(name).second) return true;
  }
  return false;
}

bool IsPart(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
      return IsNullValue(field);
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_STRING;
    default:
      return false;
  }
}

class Shapes {
 public:
  const JsonShape& Of(const Descriptor& type) {
    const MutexLock lock(mutex_);
    const auto found = complete_.find(&type);
    if (found != complete_.end()) return *found->second;
    return Complete(type);
  }

 private:
  // Makes what is missing, and adds up what holds of all that is inside: types
  // refer to each other in circles, so by walking through them.
  JsonShape& Complete(const Descriptor& type)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    JsonShape& root = Node(type);
    absl::flat_hash_set<const Descriptor*> seen = {&type};
    std::vector<const Descriptor*> open = {&type};
    while (!open.empty()) {
      const Descriptor& next = *open.back();
      open.pop_back();
      JsonShape& shape = Node(next);
      const bool filled = !shape.parts.empty();
      root.reads_back |= shape.odd;
      root.holds_any |= shape.kind == JsonShape::Kind::kAny;
      for (int i = 0; i < next.field_count(); ++i) {
        const FieldDescriptor& field = *next.field(i);
        if (!IsPart(field)) continue;
        const Descriptor* const inner = field.message_type();
        if (!filled) {
          shape.parts.push_back(
              {&field, inner == nullptr ? nullptr : &Node(*inner)});
        }
        if (inner != nullptr && seen.insert(inner).second) {
          open.push_back(inner);
        }
      }
    }
    complete_[&type] = &root;
    return root;
  }

  JsonShape& Node(const Descriptor& type)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::unique_ptr<JsonShape>& node = nodes_[&type];
    if (node == nullptr) {
      node = std::make_unique<JsonShape>();
      node->kind = KindOf(type);
      node->extensible = type.extension_range_count() > 0;
      node->odd = node->kind == JsonShape::Kind::kAny ||
                  node->kind == JsonShape::Kind::kFieldMask ||
                  SharesNames(type);
      for (int i = 0; i < type.field_count(); ++i) {
        node->odd |= IsNullValue(*type.field(i)) &&
                     node->kind != JsonShape::Kind::kValue;
      }
    }
    return *node;
  }

  Mutex mutex_;
  absl::flat_hash_map<const Descriptor*, std::unique_ptr<JsonShape>> nodes_
      ABSL_GUARDED_BY(mutex_);
  // Those whose sums are known; the others are inside of one of them.
  absl::flat_hash_map<const Descriptor*, const JsonShape*> complete_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace

bool IsNullValue(const FieldDescriptor& field) {
  return field.enum_type() != nullptr &&
         compat::Str(field.enum_type()->full_name()) ==
             "google.protobuf.NullValue";
}

const JsonShape& ShapeOf(const Descriptor& type) {
  static auto* const shapes = new Shapes;
  return shapes->Of(type);
}

}  // namespace modelservice
