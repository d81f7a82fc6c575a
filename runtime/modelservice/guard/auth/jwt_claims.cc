#include "modelservice/guard/auth/jwt_claims.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "modelservice/guard/auth/bad_credentials.h"
#include "modelservice/guard/auth/json_object.h"

namespace modelservice {
namespace {

using ::google::protobuf::Struct;
namespace pb = ::google::protobuf;

// Seconds since 1970; past it a double does not count single ones any more.
constexpr double kMaxSeconds = 9007199254740992;

absl::Status WrongType(absl::string_view claim) {
  return BadCredentials(
      "TOKEN_MALFORMED",
      absl::StrCat("The token's claim \"", claim, "\" is of a wrong type."));
}

// nullopt when the claim is absent.
absl::StatusOr<std::optional<absl::Time>> ReadTime(const Struct& claims,
                                                   absl::string_view claim) {
  const pb::Value* const value = FindMember(claims, claim);
  if (value == nullptr) return std::nullopt;
  const double seconds = value->number_value();
  // As a negation, so that a NaN is wrong, too.
  if (!value->has_number_value() || !(std::fabs(seconds) < kMaxSeconds)) {
    return WrongType(claim);
  }
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

absl::StatusOr<absl::Time> CheckTimes(const Struct& claims,
                                      const JwtPolicy& policy, absl::Time now) {
  const auto expires = ReadTime(claims, "exp");
  if (!expires.ok()) return expires.status();
  const auto not_before = ReadTime(claims, "nbf");
  if (!not_before.ok()) return not_before.status();
  const auto issued_at = ReadTime(claims, "iat");
  if (!issued_at.ok()) return issued_at.status();

  if (!expires->has_value() && policy.require_expiry) {
    return BadCredentials("TOKEN_EXPIRED",
                          "The token does not say when it expires.");
  }
  const absl::Time good_until =
      expires->value_or(absl::InfiniteFuture()) + policy.leeway;
  if (now >= good_until) {
    return BadCredentials("TOKEN_EXPIRED", "The token has expired.");
  }
  const absl::Time latest_start = now + policy.leeway;
  if (not_before->value_or(now) > latest_start) {
    return BadCredentials("TOKEN_NOT_YET_VALID", "The token is not valid yet.");
  }
  if (issued_at->value_or(now) > latest_start) {
    return BadCredentials("TOKEN_NOT_YET_VALID",
                          "The token was issued in the future.");
  }
  return good_until;
}

absl::Status CheckIssuer(const Struct& claims, const JwtPolicy& policy) {
  if (policy.issuer.empty()) return absl::OkStatus();
  if (FindText(claims, "iss") != policy.issuer) {
    return BadCredentials("TOKEN_ISSUER",
                          "The token is from an issuer that is not taken "
                          "here.");
  }
  return absl::OkStatus();
}

absl::Status CheckAudience(const Struct& claims, const JwtPolicy& policy) {
  const pb::Value* const audience = FindMember(claims, "aud");
  if (audience == nullptr && policy.audiences.empty()) return absl::OkStatus();
  const auto is_ours = [&](const pb::Value& value) {
    return value.has_string_value() &&
           std::find(policy.audiences.begin(), policy.audiences.end(),
                     value.string_value()) != policy.audiences.end();
  };
  if (audience != nullptr) {
    if (is_ours(*audience)) return absl::OkStatus();
    const auto& list = audience->list_value().values();
    if (std::any_of(list.begin(), list.end(), is_ours)) {
      return absl::OkStatus();
    }
  }
  return BadCredentials("TOKEN_AUDIENCE", "The token is not for this server.");
}

}  // namespace

absl::StatusOr<absl::Time> CheckClaims(const Struct& claims,
                                       const JwtPolicy& policy,
                                       absl::Time now) {
  const absl::StatusOr<absl::Time> good_until = CheckTimes(claims, policy, now);
  if (!good_until.ok()) return good_until.status();
  if (auto status = CheckIssuer(claims, policy); !status.ok()) return status;
  if (auto status = CheckAudience(claims, policy); !status.ok()) return status;
  return good_until;
}

}  // namespace modelservice
