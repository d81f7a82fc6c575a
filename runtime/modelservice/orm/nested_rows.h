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

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
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

// Writes the columns that an Update may of `given` over those of `row`, and the
// state that the row is to be in, where `given` says one.
void TakeUpdate(const Model& model, const google::protobuf::Message& given,
                google::protobuf::Message* row);

// INVALID_ARGUMENT for what the row has of others and nothing writes: rows at
// the end of a way through others, one that it refers to without its key, and,
// unless `with_related`, rows that refer to it and keys of others, which
// `verb` does not write.
absl::Status RefuseUnwritten(const Model& model,
                             const google::protobuf::Message& row,
                             absl::string_view verb, bool with_related);

// What a client may not decide of a new row.
void ClearServerFields(const Model& model, google::protobuf::Message* row);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_NESTED_ROWS_H_
