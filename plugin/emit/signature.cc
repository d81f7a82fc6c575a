#include "plugin/emit/signature.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace modelservice::plugin {
namespace {

struct Parameter {
  std::string type;
  std::string name;
};

// A template of the runtime's, in the types of the method.
std::string Of(const char* name, const std::string& types) {
  return absl::StrCat("::modelservice::", name, "<", types, ">");
}

Signature Make(std::string result, std::vector<Parameter> parameters) {
  parameters.insert(parameters.begin(),
                    {"const ::modelservice::CallContext&", "call"});
  Signature signature;
  signature.result = std::move(result);
  signature.parameters = absl::StrJoin(
      parameters, ", ", [](std::string* out, const Parameter& parameter) {
        absl::StrAppend(out, parameter.type, " ", parameter.name);
      });
  signature.names = absl::StrJoin(
      parameters, ", ", [](std::string* out, const Parameter& parameter) {
        absl::StrAppend(out, parameter.name);
      });
  signature.last = parameters.back().name;
  return signature;
}

}  // namespace

Signature SignatureOf(const Method& method) {
  const std::string& request = method.request.cpp_type;
  const std::string& reply = method.reply.cpp_type;
  std::vector<Parameter> parameters;
  if (method.client_streaming && method.server_streaming) {
    parameters = {
        {Of("Stream", absl::StrCat(request, ", ", reply)) + "&", "stream"}};
  } else if (method.client_streaming) {
    parameters = {{Of("Reader", request) + "&", "reader"}};
  } else {
    parameters = {{absl::StrCat("const ", request, "&"), "request"}};
    if (method.server_streaming) {
      parameters.push_back({Of("Writer", reply) + "&", "writer"});
    }
  }
  // One message back is a value, a stream of them an argument.
  return Make(method.server_streaming
                  ? "::absl::Status"
                  : absl::StrCat("::absl::StatusOr<", Of("Reply", reply), ">"),
              std::move(parameters));
}

Signature StartSignatureOf(const Method& method) {
  const std::string& request = method.request.cpp_type;
  const std::string& reply = method.reply.cpp_type;
  std::vector<Parameter> parameters;
  if (method.client_streaming && method.server_streaming) {
    parameters = {
        {Of("AsyncStream", absl::StrCat(request, ", ", reply)), "stream"}};
  } else {
    parameters = {
        method.client_streaming
            ? Parameter{Of("AsyncReader", request), "reader"}
            : Parameter{absl::StrCat("const ", request, "&"), "request"},
        method.server_streaming ? Parameter{Of("AsyncWriter", reply), "writer"}
                                : Parameter{Of("AsyncReply", reply), "reply"}};
  }
  return Make("void", std::move(parameters));
}

}  // namespace modelservice::plugin
