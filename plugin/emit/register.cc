#include "plugin/emit/register.h"

#include <algorithm>

#include "plugin/emit/naming.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

bool HasCustomMethods(const Service& service) {
  return std::any_of(service.methods.begin(), service.methods.end(),
                     [](const Method& method) { return !method.standard(); });
}

void EmitCalls(const File& file, Printer& out) {
  for (const auto& model : file.models) {
    out.Emit({{"class", ModelClass(*model)}},
             R"(
               registry.AddModel($class$::Model());
             )");
  }
  for (const Service& service : file.services) {
    if (HasCustomMethods(service)) {
      out.Emit({{"class", ServiceClass(service)}},
               R"(
                 registry.Expect($class$::Service());
               )");
    } else {
      out.Emit({{"class", ServiceClass(service)}},
               R"(
                 registry.Add<$class$>();
               )");
    }
  }
}

}  // namespace

void EmitRegisterDeclaration(const File& file, Printer& out) {
  const bool custom =
      std::any_of(file.services.begin(), file.services.end(), HasCustomMethods);
  out.Emit({{"file", CommentLine(file.name)},
            {"custom",
             custom ? "/// A service with methods of its own is only "
                      "announced: the server does not\n/// start before the "
                      "registry gets a subclass that implements them."
                    : ""},
            {"function", RegisterFunction(file)}},
           R"(
             /// Registers every model and service of $file$.
             $custom$
             void $function$(::modelservice::Registry& registry);

           )");
}

void EmitRegisterDefinition(const File& file, Printer& out) {
  out.Emit({{"function", RegisterFunction(file)},
            {"calls", [&] { EmitCalls(file, out); }}},
           R"(
             void $function$(::modelservice::Registry& registry) {
               $calls$
             }

           )");
}

}  // namespace modelservice::plugin
