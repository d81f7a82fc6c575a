// ProtoJSON of one field of a message, complete or not: protobuf's own
// functions write and read whole messages, insist on the required fields of
// proto2, and find fields by names that may be another's, or empty.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_ORM_JSON_H_
#define MODELSERVICE_ORM_JSON_H_

#include <google/protobuf/message.h>
#include <google/protobuf/util/type_resolver.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// What protobuf's BinaryToJsonString is to know of the types in `pool`, which
// outlives the result: it writes null for each google.protobuf.NullValue, and
// so 0 in maps, for there protobuf 36 reads no null.
std::unique_ptr<google::protobuf::util::TypeResolver> TypesToWrite(
    const google::protobuf::DescriptorPool* pool);

// The value of a field, which is set and whose messages are of generated types,
// as all of a service's are. `bytes` is a message with nothing but the field.
bool WriteJson(const std::string& bytes,
               const google::protobuf::FieldDescriptor& field,
               std::string* json);

// Into `alone`, which becomes a message with nothing but the field. False for a
// text that is no JSON of the field's type, or lacks a required field of its.
bool ReadJson(absl::string_view json,
              const google::protobuf::FieldDescriptor& field,
              google::protobuf::Message* alone);

// Makes each -0 of `json`, as WriteJson wrote it, a string, which readers know
// for a negative zero; of the number they make 0.
void QuoteNegativeZeros(std::string* json);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_JSON_H_
