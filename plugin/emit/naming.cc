#include "plugin/emit/naming.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "modelservice/schema/words.h"
#include "plugin/schema/words.h"

namespace modelservice::plugin {

std::string HeaderPath(absl::string_view proto_file) {
  if (!absl::ConsumeSuffix(&proto_file, ".protodevel")) {
    absl::ConsumeSuffix(&proto_file, ".proto");
  }
  return absl::StrCat(proto_file, ".modelservice.pb.h");
}

std::string IncludeGuard(const File& file) {
  // As protoc's own guards: what is neither letter nor digit is "_" and its
  // code, so that a/b, a-b, a_b and A/b differ.
  std::string guard = "MODELSERVICE_INCLUDED_";
  for (const char c : file.name) {
    const auto u = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(u)) {
      guard += c;
    } else {
      absl::StrAppend(&guard, "_", absl::Hex(u, absl::kZeroPad2));
    }
  }
  return guard;
}

std::string NamespaceOf(const File& file) {
  return absl::StrJoin(file.namespaces, "::");
}

std::string Qualified(const File& file, absl::string_view name) {
  const std::string around = NamespaceOf(file);
  return around.empty() ? absl::StrCat("::", name)
                        : absl::StrCat("::", around, "::", name);
}

std::string RegisterFunction(const File& file) {
  const size_t slash = file.stem.rfind('/');
  return absl::StrCat("Register", CamelCase(slash == std::string::npos
                                                ? file.stem
                                                : file.stem.substr(slash + 1)));
}

std::string ModelClass(const Model& model) {
  return absl::StrCat(model.class_name, "Model");
}

std::string ServiceClass(const Service& service) {
  return absl::StrCat(service.name, "Base");
}

namespace {

std::string MemberOf(const Model& model, const std::string& name) {
  // Members of the class, and types that later members are declared with.
  static const auto* const kTaken =
      new std::set<std::string>{"Message", "Model",    "Through", "Via",
                                "int32_t", "uint32_t", "int64_t", "uint64_t"};
  const bool taken = kTaken->count(name) > 0 || name == ModelClass(model);
  return taken ? absl::StrCat(name, "_") : name;
}

std::string WayMember(const Model& model, const std::string& name) {
  const bool escaped = IsCppKeyword(name) || IsCMacro(name);
  return MemberOf(model, escaped ? name + "_" : name);
}

}  // namespace

std::string ColumnMember(const Model& model, const Field& field) {
  return MemberOf(model, field.cpp_name);
}

std::string ForeignKeyMember(const Model& model, const ForeignKey& key) {
  return WayMember(model, key.name);
}

std::string RelatedMember(const Model& model, const RelatedRows& related) {
  return WayMember(model, related.name);
}

std::string FilledMember(const Model& model, const Relation& relation) {
  return MemberOf(model, relation.field.cpp_name);
}

std::string RelationMember(const Model& model, const Field& field) {
  absl::string_view stem = field.name;
  if (!absl::ConsumeSuffix(&stem, "_id") || stem.empty()) {
    return ColumnMember(model, field);
  }
  // As protoc makes the names of fields.
  std::string name = absl::AsciiStrToLower(stem);
  if (IsCppKeyword(name) || IsCMacro(name)) name += '_';
  return MemberOf(model, name);
}

std::string MethodMember(const Service& service, const Method& method) {
  // Members of the handler's classes, and names used where methods are named.
  static const auto* const kTaken =
      new std::set<std::string>{"AfterCreate",
                                "AfterDestroy",
                                "AfterUpdate",
                                "Attach",
                                "Base",
                                "BeforeCreate",
                                "BeforeDestroy",
                                "BeforeUpdate",
                                "Handler",
                                "HookOverridesOf",
                                "ModelService",
                                "NotImplemented",
                                "OverridesOf",
                                "RunAfterCreate",
                                "RunAfterDestroy",
                                "RunAfterUpdate",
                                "RunBeforeCreate",
                                "RunBeforeDestroy",
                                "RowsFor",
                                "RunBeforeUpdate",
                                "Scope",
                                "ScopeOf",
                                "Service",
                                "Standard",
                                "StandardRows",
                                "StandardStream",
                                "StandardWire",
                                "Visible",
                                "database"};
  const bool taken = kTaken->count(method.name) > 0 ||
                     method.name == ServiceClass(service) ||
                     IsCppKeyword(method.name);
  return taken ? absl::StrCat(method.name, "_") : method.name;
}

std::string ColumnConstant(const Model& model, int column) {
  const auto stem = [&](int at) {
    return CamelCase(model.columns[static_cast<size_t>(at)].name);
  };
  std::string name = absl::StrCat("k", stem(column));
  // Two names may differ in what CamelCase drops.
  for (int i = 0; i < column; ++i) {
    if (stem(i) == stem(column)) name += '_';
  }
  return name;
}

std::string QualifiedColumnConstant(const Model& model, int column) {
  absl::string_view scope = model.cpp_type;
  absl::ConsumeSuffix(&scope, model.class_name);
  return absl::StrCat(scope, ModelClass(model),
                      "::", ColumnConstant(model, column));
}

std::string MethodConstant(const Service& service, size_t method) {
  const auto stem = [&](size_t at) {
    return CamelCase(service.methods[at].name);
  };
  std::string name = absl::StrCat("k", stem(method), "Method");
  for (size_t i = 0; i < method; ++i) {
    if (stem(i) == stem(method)) name += '_';
  }
  const auto is_taken = [&](const Method& other) {
    return MethodMember(service, other) == name;
  };
  while (
      std::any_of(service.methods.begin(), service.methods.end(), is_taken)) {
    name += '_';
  }
  return name;
}

std::string StartMember(const Service& service, const Method& method) {
  std::string name = absl::StrCat("Start", method.name);
  // Of methods X, StartX and StartX_, or StartStartX of StartX.
  const auto is_taken = [&](const Method& other) {
    return MethodMember(service, other) == name ||
           (&other != &method && absl::StrCat("Start", other.name) == name);
  };
  while (
      std::any_of(service.methods.begin(), service.methods.end(), is_taken)) {
    name += "_";
  }
  return name;
}

UniqueNames::UniqueNames(const File& file) : file_(file) {
  taken_.insert(RegisterFunction(file));
  for (const auto& model : file.models) taken_.insert(ModelClass(*model));
  for (const Service& service : file.services) {
    taken_.insert(ServiceClass(service));
  }
}

std::string UniqueNames::Make(std::string wanted) {
  while (file_.HasCppName(wanted) || !taken_.insert(wanted).second) {
    wanted += '_';
  }
  return wanted;
}

}  // namespace modelservice::plugin
