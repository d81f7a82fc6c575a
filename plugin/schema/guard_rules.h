// The rules of what stands around methods, wherever it is written: rate limits,
// access, interceptors, timeouts.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_GUARD_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_GUARD_RULES_H_

#include <google/protobuf/repeated_field.h>

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

void CheckFileGuards(const File& file, Diagnostics& diagnostics);
void CheckModelGuards(const Model& model, Diagnostics& diagnostics);
// The service's and its methods'.
void CheckServiceGuards(const Service& service, Diagnostics& diagnostics);

// An element with settings, and where their faults go.
struct GuardedElement {
  const Places& places;
  const std::string& name;
  Diagnostics& diagnostics;

  void Report(const std::vector<int>& path, absl::string_view fault,
              absl::string_view mend) const {
    diagnostics.Report(places.Of(path), name, fault, mend);
  }
};

// `limits` is the element's setting `number`.
void CheckLimits(
    const google::protobuf::RepeatedPtrField<RateLimitSettings>& limits,
    int number, const GuardedElement& element);

// Why `period` or `timeout` cannot be waited for; empty if it can.
std::string DurationFault(const google::protobuf::Duration& duration);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_GUARD_RULES_H_
