// The registered claims of a token (RFC 7519, 4.1), once its signature is
// right.
#ifndef MODELSERVICE_GUARD_AUTH_JWT_CLAIMS_H_
#define MODELSERVICE_GUARD_AUTH_JWT_CLAIMS_H_

#include <google/protobuf/struct.pb.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "modelservice/guard/auth/jwt.h"

namespace modelservice {

// Checks exp, nbf, iat, iss and aud. Returns VerifiedJwt::good_until; errors
// are those of VerifyJwt.
absl::StatusOr<absl::Time> CheckClaims(const google::protobuf::Struct& claims,
                                       const JwtPolicy& policy, absl::Time now);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_JWT_CLAIMS_H_
