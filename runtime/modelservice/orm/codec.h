// From rows to messages: straight to wire format, with no message in between,
// and to a message for code that wants one.
//
// Pure functions: safe from any thread.
#ifndef MODELSERVICE_ORM_CODEC_H_
#define MODELSERVICE_ORM_CODEC_H_

#include <google/protobuf/message.h>

#include "absl/status/status.h"
#include "modelservice/orm/wire.h"
#include "modelservice/schema/model.h"
#include "modelservice/schema/value.h"

namespace modelservice {

enum class Audience {
  kClient,  // leaves INPUT_ONLY fields out
  kServer,  // every field
};

// Appends `row`, the values of every column in the table's order, as the
// model's message. What a client may see is checked: a string field with
// malformed UTF-8, a number past its field's range or a text that is no JSON is
// an error, INTERNAL, that names the table and the column; nothing is appended
// then.
absl::Status EncodeRow(const Model& model, Row row, Audience audience,
                       WireBuffer& wire);

// The same into `message`, of the model's type, which is cleared first.
absl::Status DecodeRow(const Model& model, Row row,
                       google::protobuf::Message* message);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_CODEC_H_
