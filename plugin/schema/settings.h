// Reads options, and refuses settings that nothing behind them builds yet, so
// that none is ever ignored.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_SETTINGS_H_
#define MODELSERVICE_PLUGIN_SCHEMA_SETTINGS_H_

#include <google/protobuf/descriptor.h>

#include <vector>

#include "absl/strings/string_view.h"
#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// Reports every setting, at any depth, that is not supported yet or that this
// plugin does not know. `element` is what carries the option.
void RefuseUnsupported(const google::protobuf::Message& settings,
                       const Places& places, absl::string_view element,
                       Diagnostics& diagnostics);

// Whether nothing of ours is set, but for what others have added to it.
bool HoldsOthersAlone(const google::protobuf::Message& settings);

// What google.api.field_behavior says about a field. It is read by its number,
// because its .proto is not everywhere; values without a meaning for storage
// are left out.
std::vector<FieldSettings::Behavior> GoogleFieldBehavior(
    const google::protobuf::FieldDescriptor& field);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_SETTINGS_H_
