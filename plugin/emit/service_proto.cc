#include "plugin/emit/service_proto.h"

#include "absl/strings/str_cat.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

absl::string_view IndentOf(const ScaffoldService& service) {
  return service.aip ? "  " : "    ";
}

// The linter of buf wants a message of its own for each request and reply; the
// AIPs reply with the resource itself, and in Django's layout it is a request,
// too.
constexpr absl::string_view kLint =
    "// buf:lint:ignore RPC_REQUEST_RESPONSE_UNIQUE\n"
    "// buf:lint:ignore RPC_RESPONSE_STANDARD_NAME\n";
constexpr absl::string_view kDjangoLint =
    "// buf:lint:ignore RPC_REQUEST_STANDARD_NAME\n";

std::string ServiceText(const ScaffoldService& service) {
  const absl::string_view indent = IndentOf(service);
  std::string text =
      absl::StrCat(kLint, service.aip ? "" : kDjangoLint, "service ",
                   service.name, " {\n", indent, "option (", service.option,
                   ") = { model: \"", service.model, "\" };\n");
  if (!service.methods.empty()) text += '\n';
  for (const ScaffoldMethod& method : service.methods) {
    absl::StrAppend(&text, indent, "rpc ", method.name, "(", method.request,
                    ") returns (", method.streams_reply ? "stream " : "",
                    method.reply, service.aip ? ");\n" : ") {}\n");
  }
  return absl::StrCat(text, "}\n");
}

std::string MessageText(const ScaffoldMessage& message,
                        absl::string_view indent, bool proto3) {
  std::string text = absl::StrCat("message ", message.name, " {\n");
  for (const ScaffoldField& field : message.fields) {
    if (!field.comment.empty()) {
      absl::StrAppend(&text, indent, "// ", field.comment, "\n");
    }
    // proto2 has a label in front of every field but maps.
    const bool map = absl::string_view(field.type).substr(0, 4) == "map<";
    const std::string label =
        !field.label.empty() || proto3 || map ? field.label : "optional";
    absl::StrAppend(&text, indent, label, label.empty() ? "" : " ", field.type,
                    " ", field.name, " = ", field.number, ";\n");
  }
  return absl::StrCat(text, "}\n");
}

}  // namespace

std::string EmitServiceProto(const ScaffoldFile& file) {
  std::string text =
      absl::StrCat("// Made by protoc-gen-modelservice for the models of ",
                   CommentLine(file.source), ". It is yours\n",
                   "// to change: what is in it is not written anew.\n",
                   "syntax = \"", file.proto3 ? "proto3" : "proto2", "\";\n\n");
  if (!file.package.empty()) {
    absl::StrAppend(&text, "package ", file.package, ";\n\n");
  }
  for (const std::string& import : file.imports) {
    absl::StrAppend(&text, "import \"", import, "\";\n");
  }
  for (const ScaffoldService& service : file.services) {
    absl::StrAppend(&text, "\n", ServiceText(service));
    for (const ScaffoldMessage& message : service.messages) {
      absl::StrAppend(&text, "\n",
                      MessageText(message, IndentOf(service), file.proto3));
    }
  }
  return text;
}

}  // namespace modelservice::plugin
