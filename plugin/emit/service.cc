#include "plugin/emit/service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "plugin/emit/method.h"
#include "plugin/emit/signature.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

bool HasStandardMethods(const Service& service) {
  return std::any_of(service.methods.begin(), service.methods.end(),
                     [](const Method& method) { return method.standard(); });
}

void EmitDeclarations(const Service& service, Printer& out) {
  for (const Method& method : service.methods) {
    const Signature signature = SignatureOf(method);
    out.Emit(
        {{"comment", DocComment(method.comment)},
         {"head", Fit(absl::StrCat("virtual ", signature.result),
                      absl::StrCat(MethodMember(service, method), "("), 2, 0)},
         {"parameters", signature.parameters},
         {"pure", method.standard() ? "" : " = 0"}},
        R"(
               $comment$
               $head$
                   $parameters$)$pure$;

             )");
  }
}

// Custom methods are left out: they always run the handler's own.
void EmitOverrides(const Service& service, Printer& out) {
  for (size_t i = 0; i < service.methods.size(); ++i) {
    if (!service.methods[i].standard()) continue;
    out.Emit({{"position", absl::StrCat(i)},
              {"name", MethodMember(service, service.methods[i])}},
             R"(
               overrides.Method($position$, MODELSERVICE_OVERRIDES(Handler, Base, $name$));
             )");
  }
}

void EmitOverridesOf(const Service& service, Printer& out) {
  const std::string inherited = service.model != nullptr
                                    ? "HookOverridesOf<Handler>()"
                                    : "::modelservice::Overrides()";
  if (!HasStandardMethods(service)) {
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
      "/// Serves ", name, " from table \"", CommentLine(service.model->table),
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
    if (!method.standard()) continue;
    const Signature signature = SignatureOf(method);
    out.Emit(
        {{"head", Fit(signature.result,
                      absl::StrCat(ServiceClass(service),
                                   "::", MethodMember(service, method), "("),
                      0, 0)},
         {"parameters", signature.parameters},
         {"call",
          method.server_streaming
              ? absl::StrCat("StandardStream(", i, ", call, request, writer)")
              : absl::StrCat("Standard<", method.reply.cpp_type, ">(", i,
                             ", call, request)")}},
        R"(
               $head$
                   $parameters$) {
                 return $call$;
               }

             )");
  }
}

}  // namespace modelservice::plugin
