// The header `authorization` of a call: a scheme and credentials (RFC 9110,
// 11.6.2), split as Django REST framework does.
#ifndef MODELSERVICE_GUARD_AUTH_AUTHORIZATION_H_
#define MODELSERVICE_GUARD_AUTH_AUTHORIZATION_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/call_context.h"

namespace modelservice {

struct Authorization {
  // The one of the call, which outlives it; empty parts where there is none.
  static Authorization Of(const CallContext& call);

  // `scheme` is "Bearer", in any case.
  bool Is(absl::string_view scheme) const;
  // The credentials: one word. UNAUTHENTICATED in REST framework's words when
  // they are missing or several; `kind` is "token" or "basic", `name` what the
  // words call the credentials.
  absl::StatusOr<absl::string_view> Word(absl::string_view kind,
                                         absl::string_view name) const;

  absl::string_view scheme;
  absl::string_view credentials;  // without space around
};

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_AUTHORIZATION_H_
