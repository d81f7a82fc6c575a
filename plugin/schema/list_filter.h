// Fields of a request that say by an option what they filter by.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_LIST_FILTER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_LIST_FILTER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// A field of a model that the model refers to, or of itself.
struct FilterPath {
  RequestField::Path path;
  const Model* model = nullptr;  // at its end
};

// Where `path` leads to from `model`; else `fault` says why nowhere.
bool FindFilterPath(const Model& model, absl::string_view path,
                    FilterPath* found, std::string* fault);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_LIST_FILTER_H_
