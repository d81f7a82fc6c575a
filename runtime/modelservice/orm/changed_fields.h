// What a save changes.
#ifndef MODELSERVICE_ORM_CHANGED_FIELDS_H_
#define MODELSERVICE_ORM_CHANGED_FIELDS_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "modelservice/schema/table.h"

namespace modelservice {

// Whether the field with that number is another than before. Without a row
// before, whether it is set to anything.
bool FieldChanged(const google::protobuf::Message* before,
                  const google::protobuf::Message& after, int number);
// The fields of columns of which that is so.
std::vector<std::string> ChangedFields(const Table& table,
                                       const google::protobuf::Message* before,
                                       const google::protobuf::Message& after);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_CHANGED_FIELDS_H_
