#include "plugin/emit/method.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugin/emit/guard.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

std::string KindName(MethodKind kind) {
  switch (kind) {
    case MethodKind::kCustom:
      return "kCustom";
    case MethodKind::kList:
      return "kList";
    case MethodKind::kRetrieve:
      return "kRetrieve";
    case MethodKind::kCreate:
      return "kCreate";
    case MethodKind::kUpdate:
      return "kUpdate";
    case MethodKind::kPartialUpdate:
      return "kPartialUpdate";
    case MethodKind::kDestroy:
      return "kDestroy";
  }
  return "kCustom";
}

std::string StreamingName(const Method& method) {
  if (method.client_streaming) {
    return method.server_streaming ? "kBidi" : "kClient";
  }
  return method.server_streaming ? "kServer" : "kUnary";
}

std::string RoleName(RequestField::Role role) {
  switch (role) {
    case RequestField::Role::kResource:
      return "kResource";
    case RequestField::Role::kColumn:
      return "kColumn";
    case RequestField::Role::kUpdateMask:
      return "kUpdateMask";
    case RequestField::Role::kPartialUpdateFields:
      return "kPartialUpdateFields";
    case RequestField::Role::kPageSize:
      return "kPageSize";
    case RequestField::Role::kPageToken:
      return "kPageToken";
    case RequestField::Role::kFilter:
      return "kFilter";
    case RequestField::Role::kOrderBy:
      return "kOrderBy";
    case RequestField::Role::kSearch:
      return "kSearch";
    case RequestField::Role::kSkip:
      return "kSkip";
  }
  return "kColumn";
}

void EmitRequestFields(const Service& service, const Method& method,
                       const std::string& name, Printer& out) {
  std::vector<std::string> fields;
  for (const RequestField& field : method.request_fields) {
    fields.push_back(absl::StrCat(
        "{", field.number,
        ", ::modelservice::RequestField::Role::", RoleName(field.role),
        field.column >= 0
            ? absl::StrCat(
                  ", ", QualifiedColumnConstant(*service.model, field.column))
            : "",
        field.lookup.empty()
            ? ""
            : absl::StrCat(", ::modelservice::Lookup::", field.lookup),
        "}"));
  }
  out.EmitList(
      absl::StrCat("constexpr ::modelservice::RequestField ", name, "[]"),
      fields);
}

// The setters of the runtime's Method.
std::string Setters(const Service& service, const Method& method,
                    const std::string& request_fields,
                    const std::string& guard) {
  std::vector<std::string> setters;
  if (!request_fields.empty()) {
    setters.push_back(absl::StrCat(".RequestFields(", request_fields, ")"));
  }
  if (method.rows_field != 0) {
    setters.push_back(absl::StrCat(".Page(", method.rows_field, ", ",
                                   method.next_page_token_field, ", ",
                                   method.total_size_field, ")"));
  }
  if (method.empty_reply) setters.push_back(".EmptyReply()");
  if (!method.standard()) {
    setters.push_back(absl::StrCat(".Starts(&::modelservice::StartMethod<&",
                                   ServiceClass(service),
                                   "::", StartMember(service, method), ">)"));
  }
  if (method.transaction == Transaction::kRead) {
    setters.push_back(".In(::modelservice::TransactionMode::kRead)");
  } else if (method.transaction == Transaction::kWrite) {
    setters.push_back(".In(::modelservice::TransactionMode::kWrite)");
  }
  if (method.isolation == Isolation::kReadCommitted) {
    setters.push_back(".Isolated(::modelservice::Isolation::kReadCommitted)");
  } else if (method.isolation == Isolation::kSerializable) {
    setters.push_back(".Isolated(::modelservice::Isolation::kSerializable)");
  }
  if (!guard.empty()) {
    setters.push_back(absl::StrCat(".GuardedBy(&", guard, ")"));
  }
  return absl::StrJoin(setters, "");
}

std::string Describe(const Service& service, const Method& method,
                     const std::string& request_fields,
                     const std::string& guard) {
  const std::string path =
      absl::StrCat("/", service.full_name, "/", method.name);
  return absl::StrCat("::modelservice::Method(", StringLiteral(path),
                      ", ::modelservice::MethodKind::", KindName(method.kind),
                      ", ::modelservice::Streaming::", StreamingName(method),
                      ", &::modelservice::Prototype<", method.request.cpp_type,
                      ">, &::modelservice::Prototype<", method.reply.cpp_type,
                      ">, &::modelservice::InvokeMethod<&",
                      ServiceClass(service),
                      "::", MethodMember(service, method), ">)",
                      Setters(service, method, request_fields, guard));
}

}  // namespace

std::string EmitMethods(const Service& service, UniqueNames& names,
                        Printer& out) {
  if (service.methods.empty()) return "{}";
  // The constants that the methods refer to come first.
  std::vector<std::string> request_fields;
  std::vector<std::string> guards;
  for (const Method& method : service.methods) {
    std::string name;
    if (!method.request_fields.empty()) {
      name = names.Make(absl::StrCat("k", service.name, method.name, "Fields"));
      EmitRequestFields(service, method, name, out);
    }
    request_fields.push_back(name);
    guards.push_back(EmitGuard(service, method, names, out));
  }
  std::vector<std::string> methods;
  for (size_t i = 0; i < service.methods.size(); ++i) {
    methods.push_back(
        Describe(service, service.methods[i], request_fields[i], guards[i]));
  }
  const std::string name =
      names.Make(absl::StrCat("k", service.name, "Methods"));
  out.EmitList(absl::StrCat("constexpr ::modelservice::Method ", name, "[]"),
               methods);
  out.Blank();
  return name;
}

}  // namespace modelservice::plugin
