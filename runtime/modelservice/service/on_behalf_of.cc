#include "modelservice/on_behalf_of.h"

namespace modelservice {

CallOptions OnBehalfOf(const CallContext& call, CallerToken token) {
  CallOptions options;
  const auto pass_on = [&](const char* header) {
    const auto value = call.metadata(header);
    if (value.has_value()) options.metadata.emplace_back(header, *value);
  };
  for (const char* header : {"traceparent", "tracestate", "x-request-id"}) {
    pass_on(header);
  }
  if (token == CallerToken::kGoesOn) {
    options.has_token = true;
    pass_on("authorization");
  }
  options.limits = &call;
  return options;
}

}  // namespace modelservice
