// A model: a table and the message type stored in it. Generated code defines
// one for each annotated message; ModelOf<Message> finds it.
#ifndef MODELSERVICE_SCHEMA_MODEL_H_
#define MODELSERVICE_SCHEMA_MODEL_H_

#include <google/protobuf/message.h>

#include "modelservice/schema/table.h"
#include "modelservice/value.h"

namespace modelservice {

struct Model {
  const Table* table;
  // The message type's default instance.
  const google::protobuf::Message& (*prototype)();
  // The value of column `column` (a position in Table::columns) as `message`
  // holds it: NULL for an absent field with presence, kInvalid for what the
  // column cannot hold. `message` must be of this model's type. The value views
  // `message` or `arena`.
  Value (*get)(const google::protobuf::Message& message, int column,
               TextArena& arena);
};

// Specialised by generated code: ModelOf<shop::Customer>::Get() is the model of
// shop::Customer.
template <class Message>
struct ModelOf;

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_MODEL_H_
