// Who calls, as authentication found out.
//
//   const Principal& caller = call.principal();
//   if (!caller.HasRole("admin")) return PermissionDenied();
//   std::optional<std::string> tenant = caller.Claim("tenant.id");
//
// Plain data, which may be shared between calls. A call's does not change once
// authentication is over, unless an interceptor says so
// (CallContext::set_principal). Reading it is thread-safe, and waits for
// nothing.
#ifndef MODELSERVICE_PRINCIPAL_H_
#define MODELSERVICE_PRINCIPAL_H_

#include <google/protobuf/struct.pb.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace modelservice {

struct Principal {
  // Whom the credentials name: a token's `sub`, the key of a user's row, a
  // certificate's name, behind the setting's `subject_prefix`. Empty: nobody,
  // who has nothing of what follows.
  std::string subject;
  // Within which the subject is one caller: "jwt:https://id.example.org",
  // "users:auth_user". Two callers are one if both are the same.
  std::string realm;
  std::vector<std::string> roles;  // Django's groups
  // "shop.add_customer", as Django writes them.
  std::vector<std::string> permissions;
  bool superuser = false;  // has every permission
  google::protobuf::Struct claims;
  // How it was found out: "jwt", "token", "basic", "mtls", or the name of a
  // user's authenticator.
  std::string scheme;

  bool is_anonymous() const { return subject.empty(); }
  bool HasRole(absl::string_view role) const;
  bool HasPermission(absl::string_view permission) const;
  // The claim at a path of names with dots between; null when it is absent.
  const google::protobuf::Value* FindClaim(absl::string_view path) const;
  // The same as text: a string as it is, a number or a boolean as JSON writes
  // it. None for what is absent, null, an object or a list, and for a whole
  // number past 2^53: JSON's numbers are doubles here, of which several such
  // would be one.
  std::optional<std::string> Claim(absl::string_view path) const;
  // Whether the claim is `value`, or a list that has it.
  bool HasClaim(absl::string_view path, absl::string_view value) const;
};

}  // namespace modelservice

#endif  // MODELSERVICE_PRINCIPAL_H_
