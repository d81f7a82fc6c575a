// JSON Web Tokens (RFC 7519), signed (RFC 7515), checked as RFC 8725 advises.
//
//   JwtPolicy policy;
//   policy.issuer = "https://id.example.com";
//   policy.audiences = {"shop"};
//   absl::StatusOr<VerifiedJwt> jwt =
//       VerifyJwt(token, keys, policy, absl::Now());
//
// No claim is read before the signature was found right. What a token says
// about keys (`jku`, `jwk`, `x5u`, `x5c`) is never followed. Pure functions:
// safe from any thread.
#ifndef MODELSERVICE_GUARD_AUTH_JWT_H_
#define MODELSERVICE_GUARD_AUTH_JWT_H_

#include <google/protobuf/struct.pb.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "modelservice/guard/auth/verification_key.h"

namespace modelservice {

struct JwtPolicy {
  // Those that are taken; empty: whatever the keys are for.
  std::vector<JwtAlgorithm> algorithms;
  // What `iss` must be; empty: anything.
  std::string issuer;
  // One of which must be in `aud`; empty: a token with `aud` is refused.
  std::vector<std::string> audiences;
  // How far clocks may differ.
  absl::Duration leeway = absl::Seconds(30);
  // Whether a token without `exp` is refused.
  bool require_expiry = true;
};

struct VerifiedJwt {
  google::protobuf::Struct claims;
  // From when on it would be refused: `exp` and the leeway, or InfiniteFuture.
  absl::Time good_until;
};

// Whether the text looks like a signed token: three parts with dots between.
bool HasJwtForm(absl::string_view token);

// The `iss` that a token says it has, before anything was checked: to choose
// who checks it, never to believe it. "" when it has none or is damaged.
std::string UnverifiedIssuer(absl::string_view token);

// UNAUTHENTICATED with one of these reasons in its ErrorInfo, and words for the
// client:
//
//   TOKEN_MALFORMED      no token, or one that asks for what is not understood
//   TOKEN_ALGORITHM      signed in a way that is not taken, `none` among them
//   TOKEN_KEY_UNKNOWN    its `kid` is not among the keys
//   TOKEN_SIGNATURE      its signature is wrong
//   TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_ISSUER, TOKEN_AUDIENCE
absl::StatusOr<VerifiedJwt> VerifyJwt(absl::string_view token,
                                      const KeySet& keys,
                                      const JwtPolicy& policy, absl::Time now);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_JWT_H_
