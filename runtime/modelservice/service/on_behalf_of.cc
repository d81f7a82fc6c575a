#include "modelservice/on_behalf_of.h"

#include <string>

#include "modelservice/client/header.h"
#include "modelservice/service/call_access.h"

namespace modelservice {

CallOptions OnBehalfOf(const CallContext& call, CallerToken token) {
  CallOptions options;
  const auto add = [&](const char* header, const std::string& value) {
    if (!value.empty()) options.metadata.emplace_back(header, value);
  };
  const auto pass_on = [&](const char* header) {
    const auto value = call.metadata(header);
    if (value.has_value()) options.metadata.emplace_back(header, *value);
  };
  if (CallAccess::joins_traces(call)) {
    add("traceparent", call.trace().Header());
    add("tracestate", call.trace().state);
  } else {
    // Whoever records nothing stands between two that may, and is not seen. A
    // trace that cannot be sent on ends no call.
    for (const char* header : {"traceparent", "tracestate"}) {
      if (client::IsLegalHeader(header, call.metadata(header).value_or(""))) {
        pass_on(header);
      }
    }
  }
  add("x-request-id", call.request_id());
  if (token == CallerToken::kGoesOn) {
    options.has_token = true;
    pass_on("authorization");
  }
  options.limits = &call;
  return options;
}

}  // namespace modelservice
