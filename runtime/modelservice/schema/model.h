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
  // The field of a message, which is there then. Null where it is repeated.
  google::protobuf::Message* (*mutable_field)(google::protobuf::Message&) =
      nullptr;
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
  // Sets the field of column `column` to `value`, which is one that it may have
  // and of the kind that a row has of it: an integer, a real number, a text or
  // a blob. False, with nothing done, for a column whose values are not its
  // field's own, and null where all are so: a row makes such fields by way of
  // the wire.
  bool (*set)(google::protobuf::Message& message, int column,
              Value value) = nullptr;
  absl::Span<const RelatedField> related = {};
};

// For RelatedField::mutable_field: `kMutable` is the accessor of a field that
// is a message, of a message of type Message.
template <class Message, auto kMutable>
google::protobuf::Message* MutableField(google::protobuf::Message& message) {
  return (static_cast<Message&>(message).*kMutable)();
}

// Specialised by generated code: ModelOf<shop::Customer>::Get() is the model of
// shop::Customer.
template <class Message>
struct ModelOf;

}  // namespace modelservice

#endif  // MODELSERVICE_SCHEMA_MODEL_H_
