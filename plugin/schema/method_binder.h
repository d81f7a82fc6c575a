// What binds fields of a method's request or reply to a model has in common.
#ifndef MODELSERVICE_PLUGIN_SCHEMA_METHOD_BINDER_H_
#define MODELSERVICE_PLUGIN_SCHEMA_METHOD_BINDER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "plugin/diagnostics.h"
#include "plugin/schema/schema.h"

namespace modelservice::plugin {

class MethodBinder {
 public:
  // `element` is the method's name in diagnostics. All outlive it.
  MethodBinder(const Model& model, const std::string& element, Method& method,
               Diagnostics& diagnostics)
      : model_(model),
        element_(element),
        method_(method),
        diagnostics_(diagnostics) {}

 protected:
  void Report(const MessageField& field, absl::string_view fault,
              absl::string_view mend) const {
    diagnostics_.Report(field.place, element_, fault, mend);
  }
  void ReportMethod(absl::string_view fault, absl::string_view mend) const {
    diagnostics_.Report(method_.places.element, element_, fault, mend);
  }

  const Model& model_;
  const std::string& element_;
  Method& method_;
  Diagnostics& diagnostics_;
};

}  // namespace modelservice::plugin

#endif  // MODELSERVICE_PLUGIN_SCHEMA_METHOD_BINDER_H_
