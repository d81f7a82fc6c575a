// Values of a request's fields, as the columns that they are compared with
// store them.
#ifndef MODELSERVICE_SERVICE_REQUEST_VALUES_H_
#define MODELSERVICE_SERVICE_REQUEST_VALUES_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <vector>

#include "modelservice/schema/table.h"
#include "modelservice/value.h"

namespace modelservice {

// The elements of a repeated field, or the value of any other. They view
// `message` or `arena`; what no column can hold is kInvalid.
std::vector<Value> ReadValues(const google::protobuf::Message& message,
                              const google::protobuf::FieldDescriptor& field,
                              const Column& column, TextArena& arena);

}  // namespace modelservice

#endif  // MODELSERVICE_SERVICE_REQUEST_VALUES_H_
