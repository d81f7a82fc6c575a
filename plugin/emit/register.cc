#include "plugin/emit/register.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugin/emit/naming.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

bool HasCustomMethods(const Service& service) {
  return std::any_of(service.methods.begin(), service.methods.end(),
                     [](const Method& method) { return !method.standard(); });
}

std::vector<std::string> Calls(const File& file) {
  std::vector<std::string> calls;
  for (const auto& model : file.models) {
    calls.push_back(
        absl::StrCat("registry.AddModel(", ModelClass(*model), "::Model());"));
  }
  for (const Service& service : file.services) {
    const std::string name = ServiceClass(service);
    calls.push_back(
        HasCustomMethods(service)
            ? absl::StrCat("registry.Expect(", name, "::Service());")
            : absl::StrCat("registry.Add<", name, ">();"));
  }
  return calls;
}

}  // namespace

void EmitRegisterDeclaration(const File& file, Printer& out) {
  const bool custom =
      std::any_of(file.services.begin(), file.services.end(), HasCustomMethods);
  out.Emit(
      {{"file", CommentLine(file.name)},
       {"custom",
        custom ? "/// A service with methods of its own is only "
                 "announced: the server does not start before the registry "
                 "gets a subclass that implements them."
               : ""},
       {"function", RegisterFunction(file)}},
      R"(
             /// Registers every model and service of $file$.
             $custom$
             void $function$(::modelservice::Registry& registry);

           )");
}

void EmitRegisterDefinition(const File& file, Printer& out) {
  out.EmitFunction(absl::StrCat("void ", RegisterFunction(file),
                                "(::modelservice::Registry& registry)"),
                   Calls(file));
  out.Blank();
}

}  // namespace modelservice::plugin
