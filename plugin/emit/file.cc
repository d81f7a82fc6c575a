#include "plugin/emit/file.h"

#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/emit/model.h"
#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/emit/register.h"
#include "plugin/emit/scopes.h"
#include "plugin/emit/service.h"

namespace modelservice::plugin {
namespace {

// The headers of models that the services use, or this file's models refer to,
// and other files define.
std::set<std::string> ModelHeaders(const File& file) {
  std::set<std::string> headers;
  const auto add = [&](const Model* model) {
    if (model != nullptr && model->proto_file != file.name) {
      headers.insert(HeaderPath(model->proto_file));
    }
  };
  for (const auto& model : file.models) {
    for (int key = 0; key < model->key_count(); ++key) {
      add(model->TargetOf(key));
    }
    for (const Relation& relation : model->relations) add(relation.target);
  }
  for (const Service& service : file.services) add(service.model);
  return headers;
}

void EmitHeaderBody(const File& file, Printer& out) {
  std::set<std::string> headers = ModelHeaders(file);
  headers.insert({"modelservice/generated_support.h", file.stem + ".pb.h"});
  for (const std::string& header : headers) EmitInclude(header, out);
  out.Blank();
  DeprecationScope deprecation(file, out);
  if (!file.models.empty()) {
    {
      NamespaceScope scope(NamespaceOf(file), out);
      for (const auto& model : file.models) {
        EmitModelClass(*model, out);
      }
    }
    // Before the services, whose base class uses it.
    NamespaceScope scope("modelservice", out);
    for (const auto& model : file.models) {
      EmitModelOf(file, *model, out);
    }
  }
  NamespaceScope scope(NamespaceOf(file), out);
  for (const Service& service : file.services) {
    EmitServiceClass(service, out);
  }
  EmitRegisterDeclaration(file, out);
}

void EmitSourceBody(const File& file, Printer& out) {
  out.Blank();
  EmitInclude("modelservice/generated_service.h", out);
  out.Blank();
  DeprecationScope deprecation(file, out);
  NamespaceScope scope(NamespaceOf(file), out);
  UniqueNames names(file);
  std::vector<std::string> models;
  std::vector<std::string> services;
  {
    UnnamedNamespaceScope unnamed(out);
    for (const auto& model : file.models) {
      models.push_back(EmitModelTable(file, *model, names, out));
    }
    for (const Service& service : file.services) {
      services.push_back(EmitServiceTable(service, names, out));
    }
  }
  for (size_t i = 0; i < models.size(); ++i) {
    EmitModelAccessor(*file.models[i], models[i], out);
  }
  for (size_t i = 0; i < services.size(); ++i) {
    EmitServiceMembers(file.services[i], services[i], out);
  }
  EmitRegisterDefinition(file, out);
}

}  // namespace

std::string EmitHeader(const File& file) {
  Printer out;
  EmitBanner(file, out);
  {
    GuardScope guard(IncludeGuard(file), out);
    // Build rules expect a header for every file.
    if (!file.empty()) EmitHeaderBody(file, out);
  }
  return out.text();
}

std::string EmitSource(const File& file) {
  Printer out;
  EmitBanner(file, out);
  EmitInclude(HeaderPath(file.name), out);
  if (!file.empty()) EmitSourceBody(file, out);
  // Without the empty line behind the last definition.
  std::string text = out.text();
  while (absl::EndsWith(text, "\n\n")) text.pop_back();
  return text;
}

}  // namespace modelservice::plugin
