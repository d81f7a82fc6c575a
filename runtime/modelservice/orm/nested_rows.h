// What lies in the messages of nested rows: the rows of a field, their keys,
// and what of them is written.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_ORM_NESTED_ROWS_H_
#define MODELSERVICE_ORM_NESTED_ROWS_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstddef>
#include <string>
#include <vector>

#include "modelservice/schema/model.h"
#include "modelservice/sql/literal.h"

namespace modelservice {

// The field with this number, which the message's type has.
const google::protobuf::FieldDescriptor& DescriptorOf(
    const google::protobuf::Message& message, int number);

// The messages in the field; of a single one that is not set none.
std::vector<const google::protobuf::Message*> RowsIn(
    const google::protobuf::Message& message,
    const google::protobuf::FieldDescriptor& field);

// "items[2]", and "profile" of a single one.
std::string PathOf(const google::protobuf::FieldDescriptor& field, size_t i);

// The values of a repeated field of keys.
std::vector<Literal> KeysIn(const google::protobuf::Message& message,
                            const google::protobuf::FieldDescriptor& field);

// Whether the row has a key of its own; that of an auto_increment begins at 1.
bool HasKey(const Model& model, const google::protobuf::Message& row);

// Equal for equal keys.
std::string KeyTextOf(const Model& model, const google::protobuf::Message& row);

// Whether the database makes the model's keys.
bool HasAutoKey(const Model& model);

// Writes the columns that an Update may of `given` over those of `row`.
void TakeUpdate(const Model& model, const google::protobuf::Message& given,
                google::protobuf::Message* row);

// What a client may not decide of a new row.
void ClearServerFields(const Model& model, google::protobuf::Message* row);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_NESTED_ROWS_H_
