// Columns that hold a message, map or repeated field as JSON or in wire format,
// on their way to a message: the slow part of the codec, through protobuf's own
// readers, which refuse what a client's parser would.
#ifndef MODELSERVICE_ORM_STORED_MESSAGE_H_
#define MODELSERVICE_ORM_STORED_MESSAGE_H_

#include <google/protobuf/message.h>

#include <string>

#include "modelservice/orm/wire.h"
#include "modelservice/schema/table.h"
#include "modelservice/value.h"

namespace modelservice {

// What a column holds instead of a value of its field, as in "column a.b holds
// no JSON text"; null when it was encoded.
using Fault = const char*;
constexpr Fault kFine = nullptr;

// Appends the field as part of a message like `prototype`. Nothing is appended
// with a fault.
Fault EncodeStoredJson(const google::protobuf::Message& prototype,
                       const google::protobuf::FieldDescriptor& field,
                       Value value, WireBuffer& wire);
Fault EncodeStoredBytes(const google::protobuf::Message& prototype,
                        const Column& column, Value value, WireBuffer& wire);

// Whether no more than `levels` messages are inside of each other in `bytes`, a
// message like `prototype`.
bool NestsWithin(int levels, const google::protobuf::Message& prototype,
                 absl::string_view bytes);

// Wire format, with maps in the order of their keys: equal messages of one
// program have the same bytes. Required fields may be missing.
std::string StableBytes(const google::protobuf::Message& message);

}  // namespace modelservice

#endif  // MODELSERVICE_ORM_STORED_MESSAGE_H_
