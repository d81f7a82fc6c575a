// A model: a table and the message type stored in it. Generated code defines
// one for each annotated message; ModelOf<Message> finds it.
#ifndef MODELSERVICE_SCHEMA_MODEL_H_
#define MODELSERVICE_SCHEMA_MODEL_H_

#include <google/protobuf/message.h>

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "modelservice/schema/table.h"
#include "modelservice/value.h"

namespace modelservice {

struct Model;

// A field of a message that has no column, and is filled from other rows.
struct RelatedField {
  enum class Kind : uint8_t {
    kOne,      // the row that this one refers to
    kBack,     // the rows that refer to this one
    kThrough,  // those that rows in between lead to
    kKeys,     // the keys of such rows
  };

  // What a service's Create and Update do with such rows of kBack.
  enum class Write : uint8_t {
    kNone,
    kReplace,  // an Update removes those that are not sent
    kMerge,    // they stay
  };

  absl::string_view field;
  int number;
  Kind kind;
  bool repeated;
  const Model& (*target)();
  // The key (sql/way.h) that refers. kOne: this table's; kBack: the target's,
  // to this one; else a column of the table in between, to this one.
  int key;
  // Null where nothing is in between; else, with the column there that refers
  // to the target.
  const Model& (*through)() = nullptr;
  int to = -1;
  Write write = Write::kNone;
  // Whether it is in the BASIC view, too.
  bool in_basic = false;
};

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
  absl::Span<const RelatedField> related = {};
};

// Specialised by generated code: ModelOf<shop::Customer>::Get() is the model of
// shop::Customer.
template <class Message>
struct ModelOf;

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_MODEL_H_
