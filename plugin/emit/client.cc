#include "plugin/emit/client.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "plugin/emit/client_names.h"
#include "plugin/emit/naming.h"
#include "plugin/emit/printer.h"
#include "plugin/emit/scopes.h"
#include "plugin/emit/text.h"

namespace modelservice::plugin {
namespace {

// A function of the class, without its default arguments.
struct Member {
  std::string comment;
  std::string result;
  std::string name;
  std::string parameters;  // but for the options, which come last
  std::string body;
};

constexpr absl::string_view kOptions =
    "const ::modelservice::CallOptions& options";

// Whether a message of the reply carries rows.
bool HasRows(const Method& method) {
  return method.kind == MethodKind::kList && method.rows_field != 0;
}

// The number of a field of the request; 0 where there is none.
int FieldOf(const Method& method, RequestField::Role role) {
  for (const RequestField& field : method.request_fields) {
    if (field.role == role) return field.number;
  }
  return 0;
}

// Of a write that may come twice, for the server knows it by its id.
int RequestIdOf(const Method& method) {
  return method.client_streaming || method.server_streaming
             ? 0
             : FieldOf(method, RequestField::Role::kRequestId);
}

// Fields that say in which state the row has to be, so that the second of two
// writes that are alike is refused; as the runtime's list of FieldPaths.
std::string StatesOf(const Service& service, const Method& method) {
  if (method.kind != MethodKind::kUpdate &&
      method.kind != MethodKind::kPartialUpdate &&
      method.kind != MethodKind::kDestroy) {
    return "";
  }
  std::vector<std::string> paths;
  const auto add = [&paths](int outer, int field) {
    paths.push_back(absl::StrCat("{", outer, ", ", field, "}"));
  };
  const auto add_those_of_row = [&](int outer) {
    for (const Field& field : service.model->columns) {
      if (TellsStates(field.spec().role)) add(outer, field.number);
    }
  };
  for (const RequestField& field : method.request_fields) {
    if (field.role == RequestField::Role::kEtag) {
      add(0, field.number);
    } else if (field.role == RequestField::Role::kResource) {
      add_those_of_row(field.number);
    } else if (field.role == RequestField::Role::kColumn && field.column >= 0 &&
               TellsStates(
                   service.model->columns[static_cast<size_t>(field.column)]
                       .spec()
                       .role)) {
      add(0, field.number);
    }
  }
  if (method.request.cpp_type == service.model->cpp_type &&
      method.kind != MethodKind::kDestroy) {
    add_those_of_row(0);
  }
  return paths.empty() ? ""
                       : absl::StrCat("{", absl::StrJoin(paths, ", "), "}");
}

std::string Comment(const Method& method, const std::string& ours) {
  const std::string doc = DocComment(method.comment);
  if (doc.empty()) return absl::StrCat("/// ", ours);
  return absl::StrCat(doc, "\n///\n/// ", ours);
}

// What describes the method: its type, and its values.
std::string ConstantType(const Method& method) {
  const absl::string_view shape =
      method.client_streaming
          ? (method.server_streaming ? "Bidi" : "ClientStreaming")
          : (method.server_streaming ? "ServerStream" : "Unary");
  return absl::StrCat("::modelservice::client::", shape, "<",
                      method.request.cpp_type, ", ", method.reply.cpp_type,
                      ">");
}

std::vector<std::string> ConstantValues(const Service& service,
                                        const Method& method) {
  std::vector<std::string> values = {
      StringLiteral(absl::StrCat("/", service.full_name, "/", method.name))};
  if (const int id = RequestIdOf(method); id != 0) {
    values.insert(values.end(), {"false", "0", "0", "0", absl::StrCat(id)});
    return values;
  }
  if (const std::string states = StatesOf(service, method); !states.empty()) {
    values.insert(values.end(), {"false", "0", "0", "0", "0", states});
    return values;
  }
  if (method.client_streaming || !OnlyReads(method)) return values;
  values.emplace_back("true");
  if (!HasRows(method)) return values;
  values.push_back(absl::StrCat(method.rows_field));
  if (method.server_streaming) return values;
  values.push_back(absl::StrCat(method.next_page_token_field));
  values.push_back(
      absl::StrCat(FieldOf(method, RequestField::Role::kPageToken)));
  return values;
}

// Calls a function of the runtime with what every one gets.
std::string Calls(const std::string& function, const ClientNames& names,
                  const std::string& arguments) {
  return absl::StrCat("return ::modelservice::client::", function, "(*this, ",
                      names.constant, arguments, ", options);");
}

std::string RequestParameter(const Method& method) {
  return absl::StrCat("const ", method.request.cpp_type, "& request, ");
}

Member UnaryMember(const Method& method, const ClientNames& names,
                   const std::string& name, const std::string& comment) {
  return {comment,
          absl::StrCat("::absl::StatusOr<", method.reply.cpp_type, ">"), name,
          RequestParameter(method), Calls("Call", names, ", request")};
}

Member StartMember(const Method& method, const ClientNames& names) {
  const std::string& reply = method.reply.cpp_type;
  const std::string done = absl::StrCat(
      "::std::function<void(::absl::StatusOr<", reply, ">)> done, ");
  const std::string take_and_done =
      absl::StrCat("::std::function<bool(", reply,
                   "&)> take, ::std::function<void(::absl::Status)> done, ");
  if (method.client_streaming) {
    const std::string writer = absl::StrCat("::modelservice::CallWriter<",
                                            method.request.cpp_type, ">");
    if (!method.server_streaming) {
      return {
          "/// Sends what is written, and gives the answer to `done`, on a "
          "thread that must not wait.",
          writer, names.start, done,
          Calls("Start", names, ", ::std::move(done)")};
    }
    return {
        "/// Sends what is written, gives each message to `take`, as long as "
        "that says so, and then `done` the end; on a thread that must not "
        "wait.",
        writer, names.start, take_and_done,
        Calls("Start", names, ", ::std::move(take), ::std::move(done)")};
  }
  if (method.server_streaming) {
    return {
        "/// Gives each message to `take`, as long as that says so, and then "
        "`done` the end; on a thread that must not wait.",
        "::modelservice::CallHandle", names.start,
        absl::StrCat(RequestParameter(method), take_and_done),
        Calls("Start", names,
              ", request, ::std::move(take), ::std::move(done)")};
  }
  return {"/// Gives the answer to `done`, on a thread that must not wait.",
          "::modelservice::CallHandle", names.start,
          absl::StrCat(RequestParameter(method), done),
          Calls("Start", names, ", request, ::std::move(done)")};
}

// What a method is called by.
std::vector<Member> MembersOf(const Service& service, const Method& method,
                              const ClientNames& names) {
  const std::string types = absl::StrCat("<", method.request.cpp_type, ", ",
                                         method.reply.cpp_type, ">");
  if (method.client_streaming) {
    return {
        {Comment(method, method.server_streaming ? "Streams both ways."
                                                 : "A stream with one answer."),
         absl::StrCat(method.server_streaming ? "::modelservice::ClientStream"
                                              : "::modelservice::ClientWriter",
                      types),
         names.call, "", Calls("Open", names, "")},
        StartMember(method, names)};
  }
  if (HasRows(method)) {
    const std::string& row = service.model->cpp_type;
    std::vector<Member> members = {
        {Comment(method, method.server_streaming
                             ? "All rows, as they come."
                             : "All rows: a call for each page, when it is "
                               "come to."),
         absl::StrCat("::modelservice::Rows<", row, ">"), names.call,
         RequestParameter(method),
         Calls(absl::StrCat(method.server_streaming ? "Chunks<" : "Pages<", row,
                            ">"),
               names, ", request")}};
    if (!method.server_streaming) {
      members.push_back(
          UnaryMember(method, names, names.page, "/// One page of it."));
    }
    members.push_back(StartMember(method, names));
    return members;
  }
  if (method.server_streaming) {
    return {{Comment(method, "The messages, as they come."),
             absl::StrCat("::modelservice::Rows<", method.reply.cpp_type, ">"),
             names.call, RequestParameter(method),
             Calls("Messages", names, ", request")},
            StartMember(method, names)};
  }
  const absl::string_view again =
      OnlyReads(method) || RequestIdOf(method) != 0
          ? "; tried again where that may help"
      : !StatesOf(service, method).empty()
          ? "; tried again where that may help, if the request says in which "
            "state the row has to be"
          : "";
  return {UnaryMember(method, names, names.call,
                      Comment(method, absl::StrCat("Waits for the answer",
                                                   again, "."))),
          StartMember(method, names)};
}

void EmitDeclarations(const Service& service, Printer& out) {
  const std::vector<ClientNames> names = ClientNamesOf(service);
  for (size_t i = 0; i < names.size(); ++i) {
    for (const Member& member :
         MembersOf(service, service.methods[i], names[i])) {
      out.Emit({{"comment", member.comment},
                {"result", member.result},
                {"member", member.name},
                {"parameters", absl::StrCat(member.parameters, kOptions)}},
               R"(

                 $comment$
                 $result$ $member$($parameters$ = {}) const;
               )");
    }
  }
}

void EmitConstants(const Service& service, Printer& out) {
  const std::vector<ClientNames> names = ClientNamesOf(service);
  if (names.empty()) return;
  out.Emit(R"(

    /// What its methods are, for FakeClient.
  )");
  for (size_t i = 0; i < names.size(); ++i) {
    out.Emit({{"type", ConstantType(service.methods[i])},
              {"constant", names[i].constant}},
             R"(
               static const $type$ $constant$;
             )");
  }
}

void EmitClientClass(const Service& service, Printer& out) {
  const std::string doc = DocComment(service.comment);
  out.Emit({{"doc", doc.empty() ? "" : absl::StrCat(doc, "\n///")},
            {"name", CommentLine(service.full_name)},
            {"class", ClientClass(service)},
            {"methods", [&] { EmitDeclarations(service, out); }},
            {"constants", [&] { EmitConstants(service, out); }}},
           R"(
        $doc$
        /// Calls $name$: modelservice/client.h says how. Thread-safe, and cheap to make and to copy.
        class $class$ : public ::modelservice::ServiceClient {
         public:
          /// By the address of the options, or the environment's.
          explicit $class$(::modelservice::ClientOptions options = {});
          /// Over a channel of the program's own.
          explicit $class$(::std::shared_ptr<::grpc::Channel> channel, ::modelservice::ClientOptions options = {});
          $methods$
          $constants$
        };

      )");
}

void EmitMembers(const Service& service, Printer& out) {
  const std::string name = ClientClass(service);
  out.EmitFunction(
      absl::StrCat(name, "::", name, "(::modelservice::ClientOptions options)"),
      {absl::StrCat("::modelservice::client::Init(this, ",
                    StringLiteral(service.full_name),
                    ", ::std::move(options));")});
  out.Blank();
  out.EmitFunction(absl::StrCat(name, "::", name,
                                "(::std::shared_ptr<::grpc::Channel> channel, "
                                "::modelservice::ClientOptions options)"),
                   {"::modelservice::client::Init(this, ::std::move(channel), "
                    "::std::move(options));"});
  out.Blank();
  const std::vector<ClientNames> names = ClientNamesOf(service);
  if (names.empty()) return;
  for (size_t i = 0; i < names.size(); ++i) {
    out.EmitList(absl::StrCat("const ", ConstantType(service.methods[i]), " ",
                              name, "::", names[i].constant),
                 ConstantValues(service, service.methods[i]));
  }
  out.Blank();
  for (size_t i = 0; i < names.size(); ++i) {
    for (const Member& member :
         MembersOf(service, service.methods[i], names[i])) {
      out.EmitFunction(
          absl::StrCat(member.result, " ", name, "::", member.name, "(",
                       member.parameters, kOptions, ") const"),
          {member.body});
      out.Blank();
    }
  }
}

}  // namespace

std::string EmitClientHeader(const File& file) {
  Printer out;
  EmitBanner(file, out);
  {
    GuardScope guard(absl::StrCat(IncludeGuard(file), "_CLIENT"), out);
    // Build rules expect a header for every file.
    if (!file.services.empty()) {
      out.Emit(R"(
        #include <functional>
        #include <memory>

      )");
      const std::set<std::string> headers = {"modelservice/generated_client.h",
                                             file.stem + ".pb.h"};
      for (const std::string& header : headers) EmitInclude(header, out);
      out.Blank();
      DeprecationScope deprecation(file, out);
      NamespaceScope scope(NamespaceOf(file), out);
      for (const Service& service : file.services) {
        EmitClientClass(service, out);
      }
    }
  }
  return out.text();
}

std::string EmitClientSource(const File& file) {
  Printer out;
  EmitBanner(file, out);
  EmitInclude(ClientHeaderPath(file), out);
  if (!file.services.empty()) {
    out.Emit(R"(

      #include <utility>

    )");
    DeprecationScope deprecation(file, out);
    NamespaceScope scope(NamespaceOf(file), out);
    for (const Service& service : file.services) EmitMembers(service, out);
  }
  // Without the empty line behind the last definition.
  std::string text = out.text();
  while (absl::EndsWith(text, "\n\n")) text.pop_back();
  return text;
}

}  // namespace modelservice::plugin
