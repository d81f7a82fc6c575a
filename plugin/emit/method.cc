#include "plugin/emit/method.h"

#include <utility>
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
    case MethodKind::kUndelete:
      return "kUndelete";
    case MethodKind::kBatchGet:
      return "kBatchGet";
    case MethodKind::kBatchCreate:
      return "kBatchCreate";
    case MethodKind::kBatchUpdate:
      return "kBatchUpdate";
    case MethodKind::kBatchDelete:
      return "kBatchDelete";
    case MethodKind::kBulkCreate:
      return "kBulkCreate";
    case MethodKind::kAggregate:
      return "kAggregate";
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
    case RequestField::Role::kEtag:
      return "kEtag";
    case RequestField::Role::kShowDeleted:
      return "kShowDeleted";
    case RequestField::Role::kItems:
      return "kItems";
    case RequestField::Role::kKeys:
      return "kKeys";
    case RequestField::Role::kValidateOnly:
      return "kValidateOnly";
    case RequestField::Role::kAllowMissing:
      return "kAllowMissing";
    case RequestField::Role::kRequestId:
      return "kRequestId";
    case RequestField::Role::kReadMask:
      return "kReadMask";
    case RequestField::Role::kGroupBy:
      return "kGroupBy";
    case RequestField::Role::kCustomFilter:
      return "kCustomFilter";
    case RequestField::Role::kFilterOf:
      return "kFilterOf";
    case RequestField::Role::kView:
      return "kView";
  }
  return "kColumn";
}

// The ways to what a filter compares; the constant's name.
std::string EmitPaths(const RequestField& field, const std::string& name,
                      Printer& out) {
  std::vector<std::string> paths;
  for (const RequestField::Path& path : field.any_of) {
    std::vector<std::string> steps;
    for (const RequestField::Path::Step& step : path.steps) {
      steps.push_back(absl::StrCat("{", step.column,
                                   ", &::modelservice::ModelOf<",
                                   step.model->cpp_type, ">::Get}"));
    }
    const std::string constant =
        absl::StrCat(name, field.number, "Way", paths.size());
    if (!steps.empty()) {
      out.EmitList(
          absl::StrCat("constexpr ::modelservice::RequestField::Path::Step ",
                       constant, "[]"),
          steps);
    }
    paths.push_back(absl::StrCat("{", steps.empty() ? "{}" : constant, ", ",
                                 path.column, "}"));
  }
  const std::string constant = absl::StrCat(name, field.number, "Paths");
  out.EmitList(absl::StrCat("constexpr ::modelservice::RequestField::Path ",
                            constant, "[]"),
               paths);
  return constant;
}

void EmitRequestFields(const Service& service,
                       const std::vector<RequestField>& request_fields,
                       const std::string& name, Printer& out) {
  std::vector<std::string> fields;
  for (const RequestField& field : request_fields) {
    if (!field.any_of.empty()) {
      const std::string paths = EmitPaths(field, name, out);
      fields.push_back(
          absl::StrCat("{", field.number,
                       ", ::modelservice::RequestField::Role::kFilterOf, -1, "
                       "::modelservice::Lookup::",
                       field.lookup, ", ", paths, "}"));
      continue;
    }
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

void EmitGroupFields(const Service& service, const Method& method,
                     const std::string& name, Printer& out) {
  std::vector<std::string> fields;
  for (const GroupField& field : method.group_fields) {
    fields.push_back(absl::StrCat(
        "{", field.number, ", ::modelservice::GroupField::Role::", field.role,
        field.column >= 0
            ? absl::StrCat(
                  ", ", QualifiedColumnConstant(*service.model, field.column))
            : "",
        "}"));
  }
  out.EmitList(
      absl::StrCat("constexpr ::modelservice::GroupField ", name, "[]"),
      fields);
}

// The constants that a method refers to; empty: none.
struct Constants {
  std::string request_fields;
  std::string item_fields;
  std::string group_fields;
  std::string guard;
};

// The setters of the runtime's Method.
std::string Setters(const Service& service, const Method& method,
                    const Constants& constants) {
  std::vector<std::string> setters;
  const auto set = [&](absl::string_view setter, const std::string& constant) {
    if (constant.empty()) return;
    setters.push_back(absl::StrCat(".", setter, "(", constant, ")"));
  };
  set("RequestFields", constants.request_fields);
  set("ItemFields", constants.item_fields);
  set("GroupFields", constants.group_fields);
  if (method.rows_field != 0 || method.total_size_field != 0) {
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
  if (!constants.guard.empty()) {
    setters.push_back(absl::StrCat(".GuardedBy(&", constants.guard, ")"));
  }
  return absl::StrJoin(setters, "");
}

std::string Describe(const Service& service, const Method& method,
                     const Constants& constants) {
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
                      Setters(service, method, constants));
}

}  // namespace

std::string EmitMethods(const Service& service, UniqueNames& names,
                        Printer& out) {
  if (service.methods.empty()) return "{}";
  // The constants that the methods refer to come first.
  std::vector<Constants> constants;
  for (const Method& method : service.methods) {
    Constants of;
    const auto name = [&](absl::string_view what) {
      return names.Make(absl::StrCat("k", service.name, method.name, what));
    };
    if (!method.request_fields.empty()) {
      of.request_fields = name("Fields");
      EmitRequestFields(service, method.request_fields, of.request_fields, out);
    }
    if (!method.item_fields.empty()) {
      of.item_fields = name("ItemFields");
      EmitRequestFields(service, method.item_fields, of.item_fields, out);
    }
    if (!method.group_fields.empty()) {
      of.group_fields = name("Groups");
      EmitGroupFields(service, method, of.group_fields, out);
    }
    of.guard = EmitGuard(service, method, names, out);
    constants.push_back(std::move(of));
  }
  std::vector<std::string> methods;
  for (size_t i = 0; i < service.methods.size(); ++i) {
    methods.push_back(Describe(service, service.methods[i], constants[i]));
  }
  const std::string name =
      names.Make(absl::StrCat("k", service.name, "Methods"));
  out.EmitList(absl::StrCat("constexpr ::modelservice::Method ", name, "[]"),
               methods);
  out.Blank();
  return name;
}

}  // namespace modelservice::plugin
