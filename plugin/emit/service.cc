#include "plugin/emit/service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "plugin/emit/method.h"
#include "plugin/emit/signature.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

void EmitDeclaration(const std::string& comment, const std::string& member,
                     const Signature& signature, Printer& out) {
  out.Emit({{"comment", comment},
            {"head", Fit(absl::StrCat("virtual ", signature.result),
                         absl::StrCat(member, "("), 2, 0)},
            {"parameters", signature.parameters}},
           R"(
             $comment$
             $head$
                 $parameters$);

           )");
}

void EmitDeclarations(const Service& service, Printer& out) {
  for (const Method& method : service.methods) {
    EmitDeclaration(DocComment(method.comment), MethodMember(service, method),
                    SignatureOf(method), out);
    if (method.standard()) continue;
    EmitDeclaration(
        absl::StrCat("/// In place of ", MethodMember(service, method),
                     ": goes on after it has returned (async_stream.h)."),
        StartMember(service, method), StartSignatureOf(method), out);
  }
}

// Custom methods always run the handler's own, in one form or the other.
void EmitOverrides(const Service& service, Printer& out) {
  for (size_t i = 0; i < service.methods.size(); ++i) {
    const Method& method = service.methods[i];
    if (method.standard()) {
      out.Emit({{"position", absl::StrCat(i)},
                {"name", MethodMember(service, method)}},
               R"(
                 overrides.Method($position$, MODELSERVICE_OVERRIDES(Handler, Base, $name$));
               )");
    } else {
      out.Emit({{"position", absl::StrCat(i)},
                {"name", MethodMember(service, method)},
                {"start", StartMember(service, method)}},
               R"(
                 MODELSERVICE_IMPLEMENTS(overrides, $position$, Handler, Base, $name$,
                                         $start$);
               )");
    }
  }
}

void EmitDefinition(const Service& service, const std::string& member,
                    const Signature& signature, const std::string& body,
                    Printer& out) {
  out.Emit({{"head", Fit(signature.result,
                         absl::StrCat(ServiceClass(service), "::", member, "("),
                         0, 0)},
            {"parameters", signature.parameters},
            {"body", body}},
           R"(
             $head$
                 $parameters$) {
               $body$
             }

           )");
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

// What the class is for, in words for its user.
std::string Purpose(const Service& service) {
  const std::string name = CommentLine(service.full_name);
  if (service.model == nullptr) {
    return absl::StrCat("/// Serves ", name,
                        ". Implement its methods in a subclass and hand\n"
                        "/// that to Registry::Add.");
  }
  return absl::StrCat(
      "/// Serves ", name, " from table \"",
      CommentLine(service.model->table.name),
      "\".\n/// Subclass it and override what should differ; hand the subclass "
      "to\n/// Registry::Add.");
}

}  // namespace

void EmitServiceClass(const Service& service, Printer& out) {
  const std::string comment = DocComment(service.comment);
  out.Emit({{"comment", comment.empty() ? "" : comment + "\n///"},
            {"purpose", Purpose(service)},
            {"class", ServiceClass(service)},
            {"base", service.model == nullptr
                         ? "::modelservice::Handler"
                         : absl::StrCat("::modelservice::ModelService<",
                                        service.model->cpp_type, ">")},
            {"methods", [&] { EmitDeclarations(service, out); }},
            {"overrides_of", [&] { EmitOverridesOf(service, out); }}},
           R"(
             $comment$
             $purpose$
             class $class$
                 : public $base$ {
              public:
               $methods$
               static const ::modelservice::Service& Service();

               /// Which methods and hooks `Handler`, a subclass, overrides.
               $overrides_of$
             };

           )");
}

std::string EmitServiceTable(const Service& service, UniqueNames& names,
                             Printer& out) {
  const std::string methods = EmitMethods(service, names, out);
  const std::string constant =
      names.Make(absl::StrCat("k", service.name, "Service"));
  out.Emit({{"constant", constant},
            {"name", StringLiteral(service.full_name)},
            {"model", service.model == nullptr
                          ? "nullptr"
                          : absl::StrCat("&::modelservice::ModelOf<",
                                         service.model->cpp_type, ">::Get")},
            {"methods", methods}},
           R"(
             constexpr ::modelservice::Service $constant$ = {
                 $name$,
                 $model$,
                 $methods$,
             };

           )");
  return constant;
}

void EmitServiceMembers(const Service& service, const std::string& constant,
                        Printer& out) {
  out.Emit({{"class", ServiceClass(service)}, {"constant", constant}},
           R"(
             const ::modelservice::Service& $class$::Service() {
               return $constant$;
             }

           )");
  for (size_t i = 0; i < service.methods.size(); ++i) {
    const Method& method = service.methods[i];
    const std::string member = MethodMember(service, method);
    const Signature signature = SignatureOf(method);
    if (method.standard()) {
      EmitDefinition(
          service, member, signature,
          method.server_streaming
              ? absl::StrCat("return StandardStream(", i,
                             ", call, request, writer);")
              : absl::StrCat("return Standard<", method.reply.cpp_type, ">(", i,
                             ", call, request);"),
          out);
      continue;
    }
    EmitDefinition(service, member, signature,
                   absl::StrCat("return NotImplemented(", signature.names, ");"),
                   out);
    const Signature start = StartSignatureOf(method);
    EmitDefinition(service, StartMember(service, method), start,
                   absl::StrCat(start.last, ".Finish(NotImplemented(",
                                start.names, "));"),
                   out);
  }
}

}  // namespace modelservice::plugin
