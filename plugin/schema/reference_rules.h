// What foreign keys of one field and of several have to be.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_REFERENCE_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_REFERENCE_RULES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/schema/model_finder.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

ReferentialAction ActionOf(ReferenceSettings::Action action);

// Has the field at `column` of `model` refer to `referred` of `target`: a
// reference to a UUID is a UUID. False with the fault where its values cannot
// be those.
bool Pair(Model& model, int column, const Model& target, const Field& referred,
          NameFault* fault);

// Whether a way can have the name.
bool IsWayName(absl::string_view name);

// Whether `related_name` can be that of the rows of `model`, the way back being
// a member of what is generated for `target`; else the fault.
bool IsRelatedName(absl::string_view related_name, const Model& model,
                   const Model& target, NameFault* fault);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_REFERENCE_RULES_H_
