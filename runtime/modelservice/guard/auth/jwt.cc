#include "modelservice/guard/auth/jwt.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "modelservice/guard/auth/bad_credentials.h"
#include "modelservice/guard/auth/base64url.h"
#include "modelservice/guard/auth/json_object.h"
#include "modelservice/guard/auth/jwt_claims.h"

namespace modelservice {
namespace {

using ::google::protobuf::Struct;

// gRPC takes 16 KiB of headers at most; an honest `alg`, `kid` and `typ` need
// much less.
constexpr size_t kMaxToken = 16 * 1024;
constexpr size_t kMaxHeader = 4 * 1024;

absl::Status Malformed(absl::string_view message) {
  return BadCredentials("TOKEN_MALFORMED", message);
}

struct Parts {
  absl::string_view header;
  absl::string_view payload;
  absl::string_view signature;
  absl::string_view signed_text;  // the first two and the dot
};

std::optional<Parts> Split(absl::string_view token) {
  const size_t first = token.find('.');
  if (first == absl::string_view::npos) return std::nullopt;
  const size_t second = token.find('.', first + 1);
  if (second == absl::string_view::npos ||
      token.find('.', second + 1) != absl::string_view::npos) {
    return std::nullopt;
  }
  return Parts{token.substr(0, first),
               token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

std::optional<Struct> DecodeObject(absl::string_view part) {
  const std::optional<std::string> json = DecodeBase64Url(part);
  return json.has_value() ? ParseJsonObject(*json) : std::nullopt;
}

// Whether a token of this `typ` says who calls. One that was signed for
// something else - a logout, a proof of possession - must not log in (RFC 8725,
// 3.11).
bool IsForAccess(const Struct& header) {
  if (FindMember(header, "typ") == nullptr) return true;
  const std::string type = FindText(header, "typ").value_or("");
  return absl::EqualsIgnoreCase(type, "JWT") ||
         absl::EqualsIgnoreCase(type, "at+jwt") ||
         absl::EqualsIgnoreCase(type, "application/at+jwt");
}

struct Header {
  JwtAlgorithm algorithm;
  std::optional<std::string> key_id;
};

absl::StatusOr<Header> ReadHeader(absl::string_view part,
                                  const JwtPolicy& policy) {
  const std::optional<Struct> header =
      part.size() <= kMaxHeader ? DecodeObject(part) : std::nullopt;
  if (!header.has_value()) return Malformed("The token's header is damaged.");
  if (FindMember(*header, "crit") != nullptr) {
    return Malformed(
        "The token has critical extensions, which are not understood.");
  }
  if (!IsForAccess(*header)) {
    return Malformed("The token is of a type that does not say who calls.");
  }
  const std::optional<JwtAlgorithm> algorithm =
      JwtAlgorithmNamed(FindText(*header, "alg").value_or(""));
  const bool taken =
      algorithm.has_value() &&
      (policy.algorithms.empty() ||
       std::find(policy.algorithms.begin(), policy.algorithms.end(),
                 *algorithm) != policy.algorithms.end());
  if (!taken) {
    return BadCredentials("TOKEN_ALGORITHM",
                          "The token's algorithm is not taken here.");
  }
  if (FindMember(*header, "kid") != nullptr &&
      !FindText(*header, "kid").has_value()) {
    return Malformed("The token's header is damaged.");
  }
  return Header{*algorithm, FindText(*header, "kid")};
}

// A key without an id may be meant by any `kid`.
bool MayBeMeant(const VerificationKey& key, const Header& header) {
  return !header.key_id.has_value() || key.id().empty() ||
         key.id() == *header.key_id;
}

absl::Status CheckSignature(const Parts& parts, const Header& header,
                            const KeySet& keys) {
  const std::optional<std::string> signature = DecodeBase64Url(parts.signature);
  if (!signature.has_value()) {
    return Malformed("The token's signature is damaged.");
  }
  bool meant = false;
  bool fits = false;
  for (const VerificationKey& key : keys) {
    if (!MayBeMeant(key, header)) continue;
    meant = true;
    // The key decides what it is used for; `alg` can only agree with it.
    if (key.algorithm() != header.algorithm) continue;
    fits = true;
    if (key.Verify(parts.signed_text, *signature)) return absl::OkStatus();
  }
  if (!meant) {
    return BadCredentials("TOKEN_KEY_UNKNOWN",
                          "The token's key is not known here.");
  }
  if (!fits) {
    return BadCredentials("TOKEN_ALGORITHM",
                          "The token's algorithm is not taken here.");
  }
  return BadCredentials("TOKEN_SIGNATURE", "The token's signature is wrong.");
}

}  // namespace

bool HasJwtForm(absl::string_view token) { return Split(token).has_value(); }

std::string UnverifiedIssuer(absl::string_view token) {
  const std::optional<Parts> parts =
      token.size() <= kMaxToken ? Split(token) : std::nullopt;
  if (!parts.has_value()) return "";
  const std::optional<Struct> claims = DecodeObject(parts->payload);
  return claims.has_value() ? FindText(*claims, "iss").value_or("") : "";
}

absl::StatusOr<VerifiedJwt> VerifyJwt(absl::string_view token,
                                      const KeySet& keys,
                                      const JwtPolicy& policy, absl::Time now) {
  const std::optional<Parts> parts =
      token.size() <= kMaxToken ? Split(token) : std::nullopt;
  if (!parts.has_value()) {
    return Malformed("The token is not a signed JSON Web Token.");
  }
  const absl::StatusOr<Header> header = ReadHeader(parts->header, policy);
  if (!header.ok()) return header.status();
  if (auto status = CheckSignature(*parts, *header, keys); !status.ok()) {
    return status;
  }
  std::optional<Struct> claims = DecodeObject(parts->payload);
  if (!claims.has_value()) {
    return Malformed("The token's claims are damaged.");
  }
  const absl::StatusOr<absl::Time> good_until =
      CheckClaims(*claims, policy, now);
  if (!good_until.ok()) return good_until.status();
  return VerifiedJwt{*std::move(claims), *good_until};
}

}  // namespace modelservice
