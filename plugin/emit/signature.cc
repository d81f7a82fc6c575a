#include "plugin/emit/signature.h"

#include "absl/strings/str_cat.h"

namespace modelservice::plugin {

Signature SignatureOf(const Method& method) {
  const std::string& request = method.request.cpp_type;
  const std::string& reply = method.reply.cpp_type;
  Signature signature;
  // One message back is a value, a stream of them an argument.
  signature.result =
      method.server_streaming
          ? "::absl::Status"
          : absl::StrCat("::absl::StatusOr<::modelservice::Reply<", reply,
                         ">>");
  signature.parameters = "const ::modelservice::CallContext& call,\n";
  std::string& parameters = signature.parameters;
  if (method.client_streaming && method.server_streaming) {
    absl::StrAppend(&parameters, "::modelservice::Stream<", request, ", ",
                    reply, ">& stream");
  } else if (method.client_streaming) {
    absl::StrAppend(&parameters, "::modelservice::Reader<", request,
                    ">& reader");
  } else {
    absl::StrAppend(&parameters, "const ", request, "& request");
    if (method.server_streaming) {
      absl::StrAppend(&parameters, ",\n::modelservice::Writer<", reply,
                      ">& writer");
    }
  }
  return signature;
}

}  // namespace modelservice::plugin
