#include "plugin/schema/standard_method.h"

#include "absl/strings/str_cat.h"
#include "plugin/schema/standard_reply.h"
#include "plugin/schema/standard_request.h"

namespace modelservice::plugin {
namespace {

bool HasRightShape(const Method& method) {
  if (method.client_streaming) return false;
  return method.kind == MethodKind::kList || !method.server_streaming;
}

}  // namespace

void BindStandardMethod(const Model& model, const std::string& element,
                        Method& method, Diagnostics& diagnostics) {
  if (method.transaction != Transaction::kNone) {
    diagnostics.Report(
        method.places.Of({MethodSettings::kTransactionFieldNumber}), element,
        "transaction is for custom methods", "drop it");
  }
  if (!HasRightShape(method)) {
    diagnostics.Report(
        method.places.element, element,
        absl::StrCat(method.client_streaming ? "its request" : "its reply",
                     " cannot be a stream"),
        "drop stream, or set kind: CUSTOM and implement it");
    return;
  }
  BindRequest(model, element, method, diagnostics);
  BindReply(model, element, method, diagnostics);
}

}  // namespace modelservice::plugin
