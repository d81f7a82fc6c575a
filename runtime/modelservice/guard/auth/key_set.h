// Keys from the contents of files: PEM, a plain secret, a JSON Web Key Set.
//
//   absl::StatusOr<KeySet> keys = KeysFromJwks(text);
//
// Errors are INVALID_ARGUMENT whose text follows the file's name: "holds a
// private key; ...". Pure functions: safe from any thread.
#ifndef MODELSERVICE_GUARD_AUTH_KEY_SET_H_
#define MODELSERVICE_GUARD_AUTH_KEY_SET_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "modelservice/guard/auth/verification_key.h"

namespace modelservice {

// One `PUBLIC KEY` or `CERTIFICATE`. More than one is an error: the others of a
// chain belong to those who sign certificates, who must not sign tokens.
absl::StatusOr<KeySet> KeysFromPem(absl::string_view text);

// The bytes of a secret, but for one line break at their end.
absl::StatusOr<KeySet> KeysFromSecret(absl::string_view bytes);

// RFC 7517: RSA, EC on P-256, OKP with Ed25519, and oct keys. Those of another
// kind, for another use than signatures or for another algorithm are left out,
// as the RFC demands (5), and so are weak and broken ones: an issuer that adds
// one must not turn away whom its other keys let in. What was wrong with these
// is added to `left_out`, if there is one: "keys[1] (kid "old") has an RSA key
// of 1024 bits, ...". A set of which nothing is left is an error.
absl::StatusOr<KeySet> KeysFromJwks(
    absl::string_view json, std::vector<std::string>* left_out = nullptr);

}  // namespace modelservice

#endif  // MODELSERVICE_GUARD_AUTH_KEY_SET_H_
