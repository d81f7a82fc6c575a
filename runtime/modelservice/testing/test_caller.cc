#include "modelservice/testing/test_caller.h"

#include <google/protobuf/struct.pb.h>

#include <vector>

namespace modelservice {
namespace {

using ::google::protobuf::ListValue;
using ::google::protobuf::Struct;

constexpr char kHeader[] = "x-modelservice-test-caller-bin";
constexpr char kScheme[] = "test";

ListValue ListOf(const std::vector<std::string>& texts) {
  ListValue list;
  for (const std::string& text : texts) {
    list.add_values()->set_string_value(text);
  }
  return list;
}

std::vector<std::string> TextsOf(const Struct& caller, const char* name) {
  std::vector<std::string> texts;
  const auto found = caller.fields().find(name);
  if (found == caller.fields().end()) return texts;
  for (const auto& value : found->second.list_value().values()) {
    texts.push_back(value.string_value());
  }
  return texts;
}

}  // namespace

bool TestCallers::Recognizes(const CallContext& call) const {
  return call.metadata(kHeader).has_value();
}

absl::StatusOr<Principal> TestCallers::Authenticate(const CallContext& call) {
  Struct caller;
  if (!caller.ParseFromString(std::string(*call.metadata(kHeader))) ||
      caller.fields().count("subject") == 0) {
    return absl::UnauthenticatedError("This is no test's caller.");
  }
  Principal principal;
  principal.subject = caller.fields().at("subject").string_value();
  principal.realm = kScheme;
  principal.scheme = kScheme;
  principal.roles = TextsOf(caller, "roles");
  principal.permissions = TextsOf(caller, "permissions");
  auto& fields = *caller.mutable_fields();
  principal.superuser = fields["superuser"].bool_value();
  principal.claims = fields["claims"].struct_value();
  return principal;
}

TestCaller::TestCaller(absl::string_view subject) {
  principal_.subject = std::string(subject);
  principal_.realm = kScheme;
  principal_.scheme = kScheme;
}

TestCaller& TestCaller::Role(absl::string_view role) {
  principal_.roles.emplace_back(role);
  return *this;
}

TestCaller& TestCaller::Permission(absl::string_view permission) {
  principal_.permissions.emplace_back(permission);
  return *this;
}

TestCaller& TestCaller::Superuser() {
  principal_.superuser = true;
  return *this;
}

TestCaller& TestCaller::Claim(absl::string_view name, absl::string_view value) {
  (*principal_.claims.mutable_fields())[std::string(name)].set_string_value(
      std::string(value));
  return *this;
}

void TestCaller::AddTo(grpc::ClientContext& context) const {
  Struct caller;
  auto& fields = *caller.mutable_fields();
  fields["subject"].set_string_value(principal_.subject);
  fields["superuser"].set_bool_value(principal_.superuser);
  *fields["roles"].mutable_list_value() = ListOf(principal_.roles);
  *fields["permissions"].mutable_list_value() = ListOf(principal_.permissions);
  *fields["claims"].mutable_struct_value() = principal_.claims;
  context.AddMetadata(kHeader, caller.SerializeAsString());
}

}  // namespace modelservice
