// The rules that each field of a model keeps.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_FIELD_RULES_H_
#define MODELSERVICE_PLUGIN_SCHEMA_FIELD_RULES_H_

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

// One field of a model under examination, and where its faults go.
class FieldUnderTest {
 public:
  FieldUnderTest(const Model& model, const Field& field,
                 Diagnostics& diagnostics)
      : model_(model), field_(field), diagnostics_(diagnostics) {}

  const Model& model() const { return model_; }
  const Field& field() const { return field_; }

  // Reports a fault at `setting`, a field number of FieldSettings.
  void Report(int setting, absl::string_view fault, absl::string_view mend) {
    Report(std::vector<int>{setting}, fault, mend);
  }
  void Report(const std::vector<int>& path, absl::string_view fault,
              absl::string_view mend) {
    diagnostics_.Report(field_.places.Of(path),
                        absl::StrCat(model_.name, ".", field_.name), fault,
                        mend);
  }
  void ReportField(absl::string_view fault, absl::string_view mend) {
    diagnostics_.Report(field_.places.element,
                        absl::StrCat(model_.name, ".", field_.name), fault,
                        mend);
  }

 private:
  const Model& model_;
  const Field& field_;
  Diagnostics& diagnostics_;
};

// What the column is: key, storage, references, behavior.
void CheckColumn(FieldUnderTest test);

// What the runtime fills in, and what a key leads to.
void CheckRole(FieldUnderTest test);

// Which values it takes: lengths, bounds, patterns, defaults.
void CheckValues(FieldUnderTest test);

// What its written `type` can hold of what else is said.
void CheckWrittenType(FieldUnderTest test, Target target);

// Who may read and write it.
void CheckFieldAccess(FieldUnderTest test);

// What a List may do with it: filter, order, search.
void CheckListing(FieldUnderTest test);

// The option `filter` is of requests.
void CheckFiltersNothing(FieldUnderTest test);

// A field without a column has no settings but `transient`.
void CheckTransient(FieldUnderTest test);

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_FIELD_RULES_H_
