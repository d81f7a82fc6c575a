// What to say of a field of a standard request that means nothing.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_REQUEST_FAULT_H_
#define MODELSERVICE_PLUGIN_SCHEMA_REQUEST_FAULT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

struct RequestFault {
  std::string fault;
  std::string mend;
};

// `field` of `method`'s request means nothing, at least until a later version.
// `mend` says what may be done with it, `names` which names would mean
// something beside those of the model's fields.
RequestFault FaultOfRequestField(const Model& model, const Method& method,
                                 const MessageField& field,
                                 absl::string_view mend,
                                 std::vector<std::string> names);

// `field` of a request is not of the type of `target`, which it stands for.
RequestFault FaultOfType(const Model& model, const MessageField& field,
                         const MessageField& target);

// The model has a field of a name that means something else in a request.
RequestFault NoteOfShadowed(const Model& model, const Method& method,
                            const MessageField& field,
                            absl::string_view meaning);

// How a message gets what it lacks: "give ListRequest a string page_token". One
// of protobuf's own gets nothing.
std::string MendOfMessage(const Message& message, absl::string_view what);

// Whether `field` is a mask of fields.
bool IsFieldMask(const MessageField& field);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_REQUEST_FAULT_H_
