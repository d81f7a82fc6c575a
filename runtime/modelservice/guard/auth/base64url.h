// Base64url without padding, as JSON Web Signatures have it (RFC 7515, 2).
#ifndef MODELSERVICE_GUARD_AUTH_BASE64URL_H_
#define MODELSERVICE_GUARD_AUTH_BASE64URL_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace modelservice {

// Strict, unlike absl's: no padding, no white space, and no bits that stand for
// nothing, so that bytes have one spelling and a token cannot be respelt.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_BASE64URL_H_
