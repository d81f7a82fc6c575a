#include "plugin/emit/service.h"

#include "absl/strings/str_cat.h"
#include "plugin/emit/method.h"
#include "plugin/emit/method_comment.h"
#include "plugin/emit/signature.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

void EmitDeclaration(const std::string& comment, const std::string& member,
                     const Signature& signature, Printer& out) {
  out.Emit({{"comment", comment},
            {"result", signature.result},
            {"member", member},
            {"parameters", signature.parameters}},
           R"(
             $comment$
             virtual $result$ $member$($parameters$);

           )");
}

void EmitDeclarations(const Service& service, Printer& out) {
  for (const Method& method : service.methods) {
    EmitDeclaration(MethodComment(service, method),
                    MethodMember(service, method), SignatureOf(method), out);
    if (method.standard()) continue;
    EmitDeclaration(StartComment(service, method), StartMember(service, method),
                    StartSignatureOf(method), out);
  }
}

// Custom methods always run the handler's own, in one form or the other.
void EmitOverrides(const Service& service, Printer& out) {
  for (size_t i = 0; i < service.methods.size(); ++i) {
    const Method& method = service.methods[i];
    const std::string position = MethodConstant(service, i);
    const std::string name = MethodMember(service, method);
    const std::string line =
        method.standard()
            ? absl::StrCat("overrides.Method(", position,
                           ", MODELSERVICE_OVERRIDES(Handler, Base, ", name,
                           "));")
            : absl::StrCat("MODELSERVICE_IMPLEMENTS(overrides, ", position,
                           ", Handler, Base, ", name, ", ",
                           StartMember(service, method), ");");
    out.Emit({{"line", line}}, "$line$");
  }
}

// The methods' positions, which only the class itself needs.
void EmitPositions(const Service& service, Printer& out) {
  if (service.methods.empty()) return;
  const auto positions = [&] {
    for (size_t i = 0; i < service.methods.size(); ++i) {
      out.Emit({{"position", MethodConstant(service, i)}},
               R"(
                 $position$,
               )");
    }
  };
  out.Emit({{"positions", positions}},
           R"(

              private:
               // The methods' positions in Service().methods.
               enum : int {
                 $positions$
               };
           )");
}

void EmitDefinition(const Service& service, const std::string& member,
                    const Signature& signature, const std::string& body,
                    Printer& out) {
  out.EmitFunction(absl::StrCat(signature.result, " ", ServiceClass(service),
                                "::", member, "(", signature.parameters, ")"),
                   {body});
  out.Blank();
}

void EmitOverridesOf(const Service& service, Printer& out) {
  const std::string inherited = service.model != nullptr
                                    ? "HookOverridesOf<Handler>()"
                                    : "::modelservice::Overrides()";
  if (service.methods.empty()) {
    out.Emit({{"inherited", inherited}},
             R"(
               template <class Handler>
               static ::modelservice::Overrides OverridesOf() {
                 return $inherited$;
               }
             )");
    return;
  }
  out.Emit({{"class", ServiceClass(service)},
            {"inherited", inherited},
            {"overrides", [&] { EmitOverrides(service, out); }}},
           R"(
             template <class Handler>
             static ::modelservice::Overrides OverridesOf() {
               using Base = $class$;
               ::modelservice::Overrides overrides = $inherited$;
               $overrides$
               return overrides;
             }
           )");
}

}  // namespace

void EmitServiceClass(const Service& service, Printer& out) {
  out.Emit({{"comment", ServiceComment(service)},
            {"class", ServiceClass(service)},
            {"base", service.model == nullptr
                         ? "::modelservice::Handler"
                         : absl::StrCat("::modelservice::ModelService<",
                                        service.model->cpp_type, ">")},
            {"methods", [&] { EmitDeclarations(service, out); }},
            {"overrides_of", [&] { EmitOverridesOf(service, out); }},
            {"positions", [&] { EmitPositions(service, out); }}},
           R"(
             $comment$
             class $class$ : public $base$ {
              public:
               $methods$
               /// What the options say of the service.
               static const ::modelservice::Service& Service();

               /// Which methods and hooks `Handler`, a subclass, overrides.
               $overrides_of$
              $positions$
             };

           )");
}

std::string EmitServiceTable(const Service& service, UniqueNames& names,
                             Printer& out) {
  const std::string methods = EmitMethods(service, names, out);
  const std::string constant =
      names.Make(absl::StrCat("k", service.name, "Service"));
  out.EmitList(absl::StrCat("constexpr ::modelservice::Service ", constant),
               {StringLiteral(service.full_name),
                service.model == nullptr
                    ? "nullptr"
                    : absl::StrCat("&::modelservice::ModelOf<",
                                   service.model->cpp_type, ">::Get"),
                methods});
  out.Blank();
  return constant;
}

void EmitServiceMembers(const Service& service, const std::string& constant,
                        Printer& out) {
  out.EmitFunction(absl::StrCat("const ::modelservice::Service& ",
                                ServiceClass(service), "::Service()"),
                   {absl::StrCat("return ", constant, ";")});
  out.Blank();
  for (size_t i = 0; i < service.methods.size(); ++i) {
    const Method& method = service.methods[i];
    const std::string member = MethodMember(service, method);
    const Signature signature = SignatureOf(method);
    const std::string position = MethodConstant(service, i);
    if (method.standard()) {
      EmitDefinition(
          service, member, signature,
          method.client_streaming
              ? absl::StrCat("return StandardBulk<", method.reply.cpp_type,
                             ">(", position, ", call, reader);")
          : method.server_streaming
              ? absl::StrCat("return StandardStream(", position,
                             ", call, request, writer);")
              : absl::StrCat("return Standard<", method.reply.cpp_type, ">(",
                             position, ", call, request);"),
          out);
      continue;
    }
    EmitDefinition(
        service, member, signature,
        absl::StrCat("return NotImplemented(", signature.names, ");"), out);
    const Signature start = StartSignatureOf(method);
    EmitDefinition(
        service, StartMember(service, method), start,
        absl::StrCat(start.last, ".Finish(NotImplemented(", start.names, "));"),
        out);
  }
}

}  // namespace modelservice::plugin
