// ProtoJSON of any message, complete or not: protobuf's own functions refuse
// one that lacks a required field of proto2, and a column is one field of many.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_ORM_JSON_H_
#define MODELSERVICE_ORM_JSON_H_

#include <google/protobuf/message.h>

#include <string>

namespace modelservice {

// False for what ProtoJSON cannot say without loss. `message` is of a generated
// type, as all of a service's are, and may lack required fields of its own: it
// may be one field of many.
bool WriteJson(const google::protobuf::Message& message, std::string* json);

// Into `message`, which is cleared first. False for a text that is no JSON of
// its type, or lacks a required field.
bool ReadJson(const std::string& json, google::protobuf::Message* message);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_JSON_H_
