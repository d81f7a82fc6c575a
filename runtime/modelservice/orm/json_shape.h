// What there is to look at in a message before it becomes ProtoJSON: worked out
// once for a type.
//
//   const JsonShape& shape = ShapeOf(*message.GetDescriptor());
//   for (const JsonShape::Part& part : shape.parts) ...
//
// Shapes live as long as the program. Safe from any thread.
#ifndef MODELSERVICE_ORM_JSON_SHAPE_H_
#define MODELSERVICE_ORM_JSON_SHAPE_H_

#include <google/protobuf/descriptor.h>

#include <vector>

namespace modelservice {

struct JsonShape {
  // The types whose values ProtoJSON does not have all of.
  enum class Kind { kOther, kAny, kDuration, kFieldMask, kTimestamp, kValue };
  struct Part {
    const google::protobuf::FieldDescriptor* field;
    const JsonShape* shape;  // null for what is no message
  };

  Kind kind = Kind::kOther;
  bool extensible = false;  // it has extension ranges
  // Its own fields: protobuf's readers and writers of JSON may not agree about
  // them.
  bool odd = false;
  // Messages, groups, reals, texts and google.protobuf.NullValue: all other
  // fields always have a form.
  std::vector<Part> parts;

  // Of this type or any that it holds. Whether what was printed must be read to
  // know that it says the same; whether there is a google.protobuf.Any.
  bool reads_back = false;
  bool holds_any = false;
};

// Whether the field is a google.protobuf.NullValue, which is null in JSON.
bool IsNullValue(const google::protobuf::FieldDescriptor& field);

const JsonShape& ShapeOf(const google::protobuf::Descriptor& type);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_JSON_SHAPE_H_
