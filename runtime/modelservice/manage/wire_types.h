// The types of fields, as two versions of .proto files have them.
#ifndef MODELSERVICE_MANAGE_WIRE_TYPES_H_
#define MODELSERVICE_MANAGE_WIRE_TYPES_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace modelservice {

// "repeated string", "map<string, shop.Price>".
std::string TypeText(const google::protobuf::FieldDescriptor& field);

// Whether values of `a` are read as those of `b`, on the wire and in JSON.
bool SameType(const google::protobuf::FieldDescriptor& a,
              const google::protobuf::FieldDescriptor& b);

// Whose member the field is; "" for none's, as that of an optional field.
std::string OneofOf(const google::protobuf::FieldDescriptor& field);

}  // namespace modelservice

#endif  // MODELSERVICE_MANAGE_WIRE_TYPES_H_
