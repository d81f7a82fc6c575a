#include "plugin/schema/standard_method.h"

#include "absl/strings/str_cat.h"
#include "plugin/schema/standard_reply.h"
#include "plugin/schema/standard_request.h"

namespace modelservice::plugin {
namespace {

bool HasRightShape(const Method& method) {
  if (method.kind == MethodKind::kBulkCreate) {
    return method.client_streaming && !method.server_streaming;
  }
  if (method.client_streaming) return false;
  return method.kind == MethodKind::kList || !method.server_streaming;
}

}  // namespace

void BindStandardMethod(const Model& model, const std::string& element,
                        Method& method, Diagnostics& diagnostics) {
  const bool bulk = method.kind == MethodKind::kBulkCreate;
  if (method.transaction == Transaction::kRead ||
      (method.transaction == Transaction::kWrite && !bulk)) {
    diagnostics.Report(
        method.places.Of({MethodSettings::kTransactionFieldNumber}), element,
        bulk ? "a READ transaction creates nothing"
             : "transaction is for custom methods",
        bulk ? "make it WRITE, for all rows or none, or drop it" : "drop it");
  }
  if (!HasRightShape(method)) {
    if (method.kind == MethodKind::kBulkCreate) {
      diagnostics.Report(
          method.places.element, element,
          method.client_streaming ? "its reply cannot be a stream"
                                  : "its request is no stream",
          absl::StrCat(
              method.client_streaming ? "drop stream" : "make it stream",
              ", or set kind: CUSTOM and implement it"));
      return;
    }
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
